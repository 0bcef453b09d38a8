/// What the verification of a signed record found: every finding, not only the first. As JSON its form is
/// `contracts/verification-report.schema.json`.
package struct VerificationReport: Sendable, Equatable {
    /// What was verified, in the words of who asked for it: the path of a container, the name of a record.
    package var subject: String?
    package internal(set) var findings: [Finding] = []
    package internal(set) var signer: Signer?
    /// The member that the message names as its sender.
    package internal(set) var member: String?
    /// ISO 8601; as the signer claims.
    package internal(set) var signingTime: String?
    package internal(set) var signatureAlgorithm: String?
    /// ISO 8601: at which time chain and status of the signer's certificate were judged.
    package internal(set) var judgedAt: String?
    package internal(set) var judgedBy: TimeSource?
    /// Of the signer's certificate; nil where none is acceptable.
    package internal(set) var ocsp: OCSP?
    package internal(set) var timestamp: Timestamp?
    package internal(set) var parts: [Part] = []
    package internal(set) var configuration: Configuration?

    /// Whether verification came to its end: a report that stops short does not pass, whatever it found.
    var isConcluded = false

    package var indication: Indication { subIndication?.indication ?? .totalPassed }

    /// Of the gravest finding, and of those the first.
    package var subIndication: SubIndication? {
        let all = findings.compactMap(\.subIndication)
        return all.first { $0.indication == .totalFailed } ?? all.first ?? (isConcluded ? nil : .policyProcessing)
    }

    init() {}

    /// Of a record of which nothing is left to verify. The note says why, in the caller's words.
    package static func ofNothingLeft(note: String) -> VerificationReport {
        var report = VerificationReport()
        report.findings = [Finding(subIndication: .signedDataNotFound, code: "erased", text: note)]
        return report
    }
}

extension VerificationReport {
    mutating func note(_ text: String) { findings.append(Finding(subIndication: nil, code: "note", text: text)) }

    mutating func add(_ failure: SignedDocumentFailure) {
        findings.append(
            Finding(subIndication: SubIndication(failure), code: failure.signatureCode, text: String(describing: failure)))
    }

    /// Adds a failure instead of stopping at it; true where there is none.
    @discardableResult
    mutating func attempt(_ check: @autoclosure () throws(SignedDocumentFailure) -> Void) -> Bool {
        do {
            try check()
            return true
        } catch {
            add(error)
            return false
        }
    }
}
