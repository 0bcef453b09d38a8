import Exchange
import MessageLog
import PKI
import SignedDocuments
import XRoadModel

/// Has the log's key certified by the server's owner, again where the owner's certificate is another one or the statement runs out.
struct LogKeyCertifier: Sendable {
    let server: SecurityServerIdentifier
    let key: NoteVerifierKey
    let days: Int
    let folder: LogKeyFolder
    let certificates: OwnCertificates

    /// A statement that ends sooner is made anew, where that makes it last longer.
    private static let renewalSeconds: Int64 = 30 * 86_400

    /// The statement that was made now; nil where the one at hand still serves. Fails where the owner has no key here, or no OCSP
    /// response for it at the moment.
    func certify(at now: Instant) async throws -> CertifiedLogKey? {
        guard let certificate = certificates.signingCertificate(of: server.owner) else {
            throw OwnServerFailure.noSigningKey(server.owner)
        }
        let expires = min(now.adding(seconds: Int64(days) * 86_400), certificate.notAfter)
        let current = try folder.certifiedKeys().last { $0.statement.key == key && $0.statement.isValid(at: now) }
        if let current, current.isSigned(by: certificate) {
            let ends = current.statement.expires
            if ends >= min(now.adding(seconds: Self.renewalSeconds), expires) { return nil }
        }
        let statement = LogKeyStatement(server: server, key: key, time: now, expires: expires)
        let signer = try certificates.signer(for: server.owner)
        let message = MessageDigests(message: signer.signing.digest.digest(statement.encoded), attachments: [])
        let signature = try await signer.signing.sign(message, at: now, ocspResponse: signer.ocspResponse)
        let certified = CertifiedLogKey(statement, signature: signature)
        try folder.add(certified)
        return certified
    }
}
