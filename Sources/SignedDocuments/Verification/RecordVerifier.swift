import PKI
import XRoadModel

/// Verifies signed records offline and reports everything that it finds, by the rules of the live exchange.
///
/// The signer's certificate and the OCSP response are judged at the time of the time-stamp, as X-Road does: whoever came by a key later
/// could claim any time of signing. Without a time-stamp that proves more, they are judged at the time that the signer claims, and
/// the report says so.
package struct RecordVerifier: Sendable {
    private let trust: @Sendable (_ time: Instant) throws(ConfigurationRefused) -> RecordTrust
    let sender: @Sendable (_ message: [UInt8]) -> MemberIdentifier?

    /// - Parameters:
    ///   - trust: by what to judge a record of that time.
    ///   - sender: reads from a message who sent it: the client of a request, the provider of an answer.
    package init(
        trust: @escaping @Sendable (_ time: Instant) throws(ConfigurationRefused) -> RecordTrust,
        sender: @escaping @Sendable (_ message: [UInt8]) -> MemberIdentifier?
    ) {
        self.trust = trust
        self.sender = sender
    }

    /// One trust for every time.
    package init(trust: RecordTrust, sender: @escaping @Sendable (_ message: [UInt8]) -> MemberIdentifier?) {
        self.init(trust: { (_) throws(ConfigurationRefused) in trust }, sender: sender)
    }

    package func verify(_ record: SignedRecord) -> VerificationReport {
        var report = VerificationReport()
        verify(record, &report)
        return report
    }

    /// Adds to what is reported already.
    func verify(_ record: SignedRecord, _ report: inout VerificationReport) {
        report.parts = Self.unverifiedParts(record)
        var check = ProfileCheck(.everyFailure)
        let document = try? SignatureDocument(parsing: record.signature.signature, &check)
        for failure in check.failures { report.add(failure) }
        guard let document else { return }
        describe(document, &report)
        verifySignature(document, isInProfile: check.failures.isEmpty, record, &report)
        let time = Self.time(of: record, document)
        let trust: RecordTrust
        do { trust = try self.trust(time) } catch {
            return report.findings.append(
                VerificationReport.Finding(
                    subIndication: .policyProcessing, code: "configuration_refused", text: error.reason))
        }
        report.configuration = trust.configuration
        let proved = verifyTimestamp(document, record, trust, &report)
        let judged = proved ?? document.properties.signingTime
        report.judgedAt = judged.description
        report.judgedBy = proved == nil ? .claimedSigningTime : .timestamp
        if let configuration = trust.configuration, configuration.ends < judged {
            report.note("the configuration had ended by that time: another one may have been in force")
        }
        verifySigner(document, record, trust, at: judged, &report)
    }

    /// By what configuration to judge: of the time that the record gives for itself. A lie about it leads to another
    /// configuration that is trusted too.
    private static func time(of record: SignedRecord, _ document: SignatureDocument) -> Instant {
        let token = record.timestamp?.token ?? document.properties.timestamp
        return token.flatMap { try? TimestampToken(der: $0) }?.generatedAt ?? document.properties.signingTime
    }
}

/// What needs no verification
extension RecordVerifier {
    private func describe(_ document: SignatureDocument, _ report: inout VerificationReport) {
        report.signer = VerificationReport.Signer(document.certificate)
        report.signingTime = String(describing: document.properties.signingTime)
        report.signatureAlgorithm = document.information.algorithm.uri
    }

    static func unverifiedParts(_ record: SignedRecord) -> [VerificationReport.Part] {
        RecordParts(record).parts.sorted { $0.key < $1.key }.map { name, part in
            VerificationReport.Part(name: name, size: part.size, coverage: .notVerified, digestAlgorithm: nil, digest: nil)
        }
    }
}
