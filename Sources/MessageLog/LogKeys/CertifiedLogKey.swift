import PKI
import SignedDocuments
import XRoadModel

/// A statement on a log's key, signed by the owner's sign key as messages are, OCSP response included: who has the global
/// configuration checks it offline. Kept beside the log as an ASiC-E container. No message begins as the statement does, so neither
/// can be passed off as the other.
package struct CertifiedLogKey: Sendable {
    package static let maximumBytes = 1 << 20

    /// Not verified yet.
    package let statement: LogKeyStatement
    private let container: SignedContainer

    /// `signature` is the owner's over `statement.encoded` as the message, made at the statement's time. Not verified here.
    package init(_ statement: LogKeyStatement, signature: SignatureData) {
        self.statement = statement
        container = SignedContainer(message: statement.encoded, signature: signature)
    }

    package init(reading archive: [UInt8]) throws(MessageLogFailure) {
        guard archive.count <= Self.maximumBytes else {
            throw .malformedNote(reason: "a log key's statement of \(archive.count) bytes, limit \(Self.maximumBytes)")
        }
        do { container = try SignedContainer(reading: archive) } catch {
            throw .malformedNote(reason: "a log key's statement: \(error)")
        }
        statement = try LogKeyStatement(container.message)
    }

    /// The container's bytes.
    package var encoded: [UInt8] {
        get throws(MessageLogFailure) {
            do { return try container.encode(recorded: statement.time) } catch {
                throw .malformedNote(reason: "a log key's statement: \(error)")
            }
        }
    }

    /// Whether the statement is made with this certificate's key: after a renewal it is to be made anew.
    package func isSigned(by certificate: Certificate) -> Bool { (try? verifiedSignature())?.certificate == certificate }

    /// The statement, where the owner has signed it: certificate and its status were good at the time of the statement.
    package func verified(by trust: VerificationTrust) throws(MessageLogFailure) -> LogKeyStatement {
        let signature = try verifiedSignature()
        guard signature.signingTime == statement.time else {
            throw .logKeyNotCertified(
                key: statement.key.text, reason: "signed at \(signature.signingTime), stated at \(statement.time)")
        }
        do { _ = try trust.trust(signature, of: statement.server.owner, at: statement.time) } catch {
            throw .logKeyNotCertified(key: statement.key.text, reason: "\(error)")
        }
        return statement
    }

    private func verifiedSignature() throws(MessageLogFailure) -> VerifiedSignature {
        do {
            return try SignatureVerifier.verify(container.signature, parts: PartDigests(message: container.message))
        } catch {
            throw .logKeyNotCertified(key: statement.key.text, reason: "\(error)")
        }
    }
}
