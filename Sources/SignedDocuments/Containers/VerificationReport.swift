import PKI

/// What the verification of a signed document found: every finding, not only the first.
package struct VerificationReport: Sendable, Equatable {
    /// The three outcomes of EN 319 102-1 (5.1.3).
    package enum Indication: String, Sendable, Comparable, Encodable {
        case totalPassed = "TOTAL-PASSED"
        case indeterminate = "INDETERMINATE"
        case totalFailed = "TOTAL-FAILED"

        /// By gravity.
        package static func < (left: Indication, right: Indication) -> Bool { left.gravity < right.gravity }

        private var gravity: Int {
            switch self {
            case .totalPassed: 0
            case .indeterminate: 1
            case .totalFailed: 2
            }
        }
    }

    /// Sub-indications of EN 319 102-1 (tables 5 and 6) that verification here can come to.
    package enum SubIndication: String, Sendable, Encodable {
        case formatFailure = "FORMAT_FAILURE"
        case hashFailure = "HASH_FAILURE"
        case signatureValueFailure = "SIG_CRYPTO_FAILURE"
        case revoked = "REVOKED"
        case expired = "EXPIRED"
        case notYetValid = "NOT_YET_VALID"
        case signatureConstraints = "SIG_CONSTRAINTS_FAILURE"
        case chainConstraints = "CHAIN_CONSTRAINTS_FAILURE"
        case noCertificateChain = "NO_CERTIFICATE_CHAIN_FOUND"
        case certificateChain = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
        case cryptographicConstraints = "CRYPTO_CONSTRAINTS_FAILURE"
        case tryLater = "TRY_LATER"
        case signedDataNotFound = "SIGNED_DATA_NOT_FOUND"
        case timestampOrder = "TIMESTAMP_ORDER_FAILURE"
        case policyProcessing = "POLICY_PROCESSING_ERROR"

        package var indication: Indication {
            switch self {
            case .formatFailure, .hashFailure, .signatureValueFailure, .revoked, .expired, .notYetValid: .totalFailed
            default: .indeterminate
            }
        }
    }

    package struct Finding: Sendable, Equatable, Encodable {
        /// nil for a remark that leaves the outcome as it is.
        package let subIndication: SubIndication?
        /// X-Road's name of the failure; `note` for a remark.
        package let code: String
        package let text: String
    }

    /// The signing certificate, as found in the signature.
    package struct Signer: Sendable, Equatable, Encodable {
        package let subject: String
        package let issuer: String
        package let serialNumber: String
        package let validFrom: String
        package let validUntil: String
    }

    package struct Part: Sendable, Equatable, Encodable {
        package enum Coverage: String, Sendable, Encodable {
            case signed
            case signedThroughHashChain = "signed through hash chain"
            /// Only its digest is signed and known: the part itself is not in the container.
            case absent = "signed, not in the container"
            case notVerified = "not verified"
        }

        package let name: String
        /// In bytes; nil for an absent part.
        package let size: Int?
        package let coverage: Coverage
        /// Name and hexadecimal value; nil where the part is not verified.
        package let digestAlgorithm: String?
        package let digest: String?
    }

    package struct Timestamp: Sendable, Equatable, Encodable {
        /// What the token stamps.
        package let covers: String
        /// Hexadecimal.
        package let tokenSHA256: String
        /// nil until the token is verified.
        package internal(set) var proof: Proof?

        /// What a verified token says.
        package struct Proof: Sendable, Equatable, Encodable {
            /// ISO 8601. The signature is at least as old.
            package let time: String
            package let authority: String
            package let serialNumber: String
            package let policy: String
        }
    }

    package internal(set) var findings: [Finding] = []
    package internal(set) var signer: Signer?
    /// The member that the message names as its sender.
    package internal(set) var member: String?
    /// ISO 8601; as the signer claims.
    package internal(set) var signingTime: String?
    package internal(set) var ocspProducedAt: String?
    package internal(set) var ocspResponder: String?
    package internal(set) var signatureAlgorithm: String?
    package internal(set) var parts: [Part] = []
    package internal(set) var timestamp: Timestamp?

    package var indication: Indication { subIndication?.indication ?? .totalPassed }

    /// Of the gravest finding, and of those the first.
    package var subIndication: SubIndication? {
        let all = findings.compactMap(\.subIndication)
        return all.first { $0.indication == .totalFailed } ?? all.first
    }
}

extension VerificationReport.Timestamp.Proof {
    init(_ verified: VerifiedTimestamp) {
        self.init(
            time: verified.token.generatedAt.description, authority: verified.signer.subject.rfc2253,
            serialNumber: verified.token.serialNumber, policy: verified.token.policy)
    }
}

extension VerificationReport {
    mutating func note(_ text: String) { findings.append(Finding(subIndication: nil, code: "note", text: text)) }

    mutating func add(_ failure: SignedDocumentFailure) {
        findings.append(
            Finding(subIndication: SubIndication(failure), code: failure.signatureCode, text: String(describing: failure)))
    }
}
