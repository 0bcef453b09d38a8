import PKI
import XRoadModel

extension VerificationReport {
    /// The signing certificate, as found in the signature.
    package struct Signer: Sendable, Equatable, Encodable {
        package let subject: String
        package let issuer: String
        package let serialNumber: String
        package let validFrom: String
        package let validUntil: String

        init(_ certificate: Certificate) {
            subject = certificate.subject.rfc2253
            issuer = certificate.issuer.rfc2253
            serialNumber = certificate.serialNumber
            validFrom = String(describing: certificate.notBefore)
            validUntil = String(describing: certificate.notAfter)
        }
    }

    /// Where the time comes from at which the signer's certificate was judged.
    package enum TimeSource: String, Sendable, Encodable, CaseIterable {
        case timestamp = "time-stamp"
        /// Nothing but the signature itself says so.
        case claimedSigningTime = "claimed signing time"
    }

    /// The OCSP response that says that the certificate was good; times in ISO 8601.
    package struct OCSP: Sendable, Equatable, Encodable {
        package let producedAt: String
        package let thisUpdate: String
        package let nextUpdate: String?
        package let responder: String

        init(_ status: VerifiedOCSP) {
            producedAt = String(describing: status.producedAt)
            thisUpdate = String(describing: status.thisUpdate)
            nextUpdate = status.nextUpdate.map { String(describing: $0) }
            responder = status.responder.subject.rfc2253
        }
    }

    package struct Timestamp: Sendable, Equatable, Encodable {
        package enum Subject: String, Sendable, Encodable, CaseIterable {
            case signatureValue = "the signature value"
            case signatureDocument = "the signature document, through a hash chain"
        }

        /// What the token stamps.
        package let covers: Subject
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
            package let digestAlgorithm: String?

            init(_ verified: VerifiedTimestamp) {
                time = String(describing: verified.token.generatedAt)
                authority = verified.signer.subject.rfc2253
                serialNumber = verified.token.serialNumber
                policy = verified.token.policy
                digestAlgorithm = verified.token.imprintDigest?.name
            }
        }
    }

    package struct Part: Sendable, Equatable, Encodable {
        package enum Coverage: String, Sendable, Encodable, CaseIterable {
            case signed
            case signedThroughHashChain = "signed through hash chain"
            /// Only its digest is signed and known: the part itself is not there.
            case absent = "signed, not in the container"
            case erased = "signed, erased"
            case notVerified = "not verified"
        }

        package let name: String
        /// In bytes; nil for a part that is not there.
        package let size: Int?
        package let coverage: Coverage
        /// Name and hexadecimal value; nil where the part is not verified.
        package let digestAlgorithm: String?
        package let digest: String?
    }

    /// The global configuration by which was judged.
    package struct Configuration: Sendable, Equatable, Encodable {
        package enum Trust: String, Sendable, Encodable, CaseIterable {
            /// Nobody but the caller says that it is the instance's.
            case asGiven = "as given"
            /// Its signed directories were verified from the anchor on, as of their own time.
            case anchor = "verified from the anchor"
        }

        package let instance: String
        /// Hexadecimal SHA-256 over all parts, as in records of the message log.
        package let hash: String
        /// ISO 8601; the end of validity that its source gave it last.
        package let validUntil: String
        package let trust: Trust
        let ends: Instant

        package init(instance: String, hash: String, validUntil: Instant, trust: Trust) {
            self.instance = instance
            self.hash = hash
            self.validUntil = validUntil.description
            self.trust = trust
            ends = validUntil
        }

        private enum CodingKeys: String, CodingKey { case instance, hash, validUntil, trust }
    }
}
