import PKI
import XRoadModel

extension SignedDirectory {
    /// Encodes and signs the directory as PR-GCONF A.2 and X-Road's central server do, with SHA-512 throughout.
    ///
    /// The boundaries are constant: no line of the content begins with two hyphens, as every line is a header of ours or base64.
    package func signed(with key: PrivateKey, certificate: Certificate) throws(ConfigurationFailure) -> [UInt8] {
        guard let algorithm = SignatureAlgorithm.matching(key: key.publicKey.kind, digest: .sha512) else {
            throw .unsupportedAlgorithm("\(key.publicKey.kind)")
        }
        let body = try encoded()
        let signature: [UInt8]
        do {
            signature = try key.sign(body, algorithm: algorithm, encoding: .der)
        } catch {
            throw .malformedDirectory("signing failed: \(error)")
        }
        var text = DirectoryText()
        text.line("Content-Type: \(Self.contentType)")
        text.line("")
        text.line("--\(Self.outerBoundary)")
        text.line("Content-Type: multipart/mixed; charset=UTF-8; boundary=\(Self.innerBoundary)")
        text.line("")
        text.bytes += body
        text.line("")
        text.line("--\(Self.outerBoundary)")
        text.line("Content-type: application/octet-stream")
        text.line("Content-transfer-encoding: base64")
        text.line("Signature-algorithm-id: \(algorithm.uri)")
        text.line(
            "Verification-certificate-hash: \(Base64.encode(certificate.digest(.sha512))); "
                + "hash-algorithm-id=\"\(DigestAlgorithm.sha512.uri)\"")
        text.line("")
        text.line(Base64.encode(signature))
        text.line("--\(Self.outerBoundary)--")
        return text.bytes
    }

    /// The media type of what `signed` gives, which carries the same line at its beginning.
    package static let contentType = "multipart/related; charset=UTF-8; boundary=\(outerBoundary)"
    private static let outerBoundary = "ura-signed-configuration"
    private static let innerBoundary = "ura-configuration-directory"

    /// The inner multipart's body, which is signed.
    private func encoded() throws(ConfigurationFailure) -> [UInt8] {
        var text = DirectoryText()
        text.line("--\(Self.innerBoundary)")
        text.line("Expire-date: \(expires.iso8601(milliseconds: false))")
        text.line("Version: \(version)")
        text.line("")
        for entry in entries {
            text.line("--\(Self.innerBoundary)")
            text.line("Content-type: application/octet-stream")
            text.line("Content-transfer-encoding: base64")
            if let content = entry.content {
                let instance = entry.instance.map { "; instance=\"\($0)\"" } ?? ""
                text.line(
                    "Content-identifier: \(try Self.headerSafe(content.name))\(try Self.headerSafe(instance, quoted: true))")
            }
            text.line("Content-location: \(try Self.headerSafe(entry.location))")
            text.line("Hash-algorithm-id: \(entry.hashAlgorithm.uri)")
            text.line("")
            text.line(Base64.encode(entry.hash))
        }
        text.line("--\(Self.innerBoundary)--")
        return text.bytes
    }

    /// Refuses what could end a header line or a quoted parameter. X-Road reads headers as ASCII.
    private static func headerSafe(_ text: String, quoted: Bool = false) throws(ConfigurationFailure) -> String {
        let quotes = text.utf8.count { $0 == 0x22 }
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x5C }), quotes == 0 || quoted && quotes == 2 else {
            throw .malformedDirectory("\(text) cannot stand in a header")
        }
        return text
    }
}

private struct DirectoryText {
    var bytes: [UInt8] = []

    mutating func line(_ text: String) { bytes += Array((text + "\r\n").utf8) }
}
