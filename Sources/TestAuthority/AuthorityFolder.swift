import Foundation
import KeyVault
import PKI

/// Where a test authority keeps its keys, certificates and index.
struct AuthorityFolder {
    let path: String

    private func file(_ name: String) -> String { path + "/" + name }

    var index: String { file("index.tsv") }
    var authorityKey: String { file("authority.key") }
    var responderKey: String { file("responder.key") }
    var timestampKey: String { file("timestamp.key") }
    private var authorityCertificate: String { file("authority.pem") }
    private var responderCertificate: String { file("responder.pem") }
    private var timestampCertificate: String { file("timestamp.pem") }

    /// The certificates by what they are for.
    struct Certificates {
        let authority: Certificate
        let responder: Certificate
        let timestamp: Certificate
    }

    /// A new folder that only we may enter; one without an authority may already be there.
    func make() throws(TestAuthorityFailure) {
        guard !FileManager.default.fileExists(atPath: authorityKey) else { throw .exists(folder: path) }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .file(.file(path: path, reason: error.localizedDescription))
        }
    }

    func write(_ certificates: Certificates) throws(TestAuthorityFailure) {
        try mapped { () throws(KeyVaultFailure) in
            try DurableFile.replace(authorityCertificate, Array(certificates.authority.pem.utf8), mode: 0o644)
            try DurableFile.replace(responderCertificate, Array(certificates.responder.pem.utf8), mode: 0o644)
            try DurableFile.replace(timestampCertificate, Array(certificates.timestamp.pem.utf8), mode: 0o644)
        }
    }

    func certificates() throws(TestAuthorityFailure) -> Certificates {
        Certificates(
            authority: try certificate(authorityCertificate), responder: try certificate(responderCertificate),
            timestamp: try certificate(timestampCertificate))
    }

    private func certificate(_ path: String) throws(TestAuthorityFailure) -> Certificate {
        guard let pem = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw .file(.file(path: path, reason: "cannot be read"))
        }
        let certificates = try mapped { () throws(PKIFailure) in try Certificate.all(pem: pem) }
        guard let certificate = certificates.first else { throw .file(.file(path: path, reason: "no certificate")) }
        return certificate
    }

    /// Runs `body` while no other process changes the folder.
    func locked<Result>(_ body: () throws(TestAuthorityFailure) -> Result) throws(TestAuthorityFailure) -> Result {
        let descriptor = open(file("lock"), O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(.file(path: file("lock"), reason: String(cString: strerror(errno)))) }
        defer { close(descriptor) }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .file(.file(path: file("lock"), reason: String(cString: strerror(errno)))) }
        }
        return try body()
    }
}
