import Foundation
import PKI
import TestSupport
import Testing
import XRoadModel

/// A key with a certificate, both made by the `openssl` tool.
final class ToolIdentity: Sendable {
    let certificate: Certificate
    let key: PrivateKey
    let certificateFile: URL
    let keyFile: URL
    private let folder: TemporaryFolder

    static let authorityExtensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"]
    static let signingExtensions = ["basicConstraints=CA:FALSE", "keyUsage=critical,nonRepudiation"]
    static let authenticationExtensions = ["basicConstraints=CA:FALSE", "extendedKeyUsage=clientAuth"]

    /// Signed by `issuer`, or by itself.
    init(
        _ subject: String, by issuer: ToolIdentity? = nil, extensions: [String] = signingExtensions, rsa: Bool = false
    ) throws {
        folder = try TemporaryFolder()
        keyFile = folder.url.appendingPathComponent("key.pem")
        let kind = rsa ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        let request = try Self.openssl(
            ["req", "-new", "-newkey"] + kind + ["-nodes", "-keyout", keyFile.path, "-subj", subject, "-utf8"])
        let requestFile = try folder.write("request.pem", request)
        let extensionFile = try folder.write("extensions", Array(extensions.joined(separator: "\n").utf8))
        let signer =
            issuer.map { ["-CA", $0.certificateFile.path, "-CAkey", $0.keyFile.path] } ?? ["-signkey", keyFile.path]
        let pem = try Self.openssl(
            ["x509", "-req", "-in", requestFile.path, "-extfile", extensionFile.path, "-sha256", "-days", "30"] + signer)
        certificateFile = try folder.write("certificate.pem", pem)
        certificate = try #require(try Certificate.all(pem: String(decoding: pem, as: UTF8.self)).first)
        key = try PrivateKey(pem: [UInt8](Data(contentsOf: keyFile)), passphrase: [])
    }

    static func openssl(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
        let result = try runTool("openssl", arguments, input: input)
        try #require(result.status == 0, "openssl \(arguments.joined(separator: " ")): \(result.errors)")
        return result.output
    }

    /// What the tool says to a DER or RSA signature with SHA-512 by this key.
    func toolVerifies(_ signature: [UInt8], of bytes: [UInt8]) throws -> Bool {
        let publicKey = try folder.write(
            "public.pem", Self.openssl(["x509", "-in", certificateFile.path, "-noout", "-pubkey"]))
        let signatureFile = try folder.write("signature", signature)
        let result = try runTool(
            "openssl", ["dgst", "-sha512", "-verify", publicKey.path, "-signature", signatureFile.path], input: bytes)
        return result.status == 0
    }
}

/// The clock of tests that use certificates made just now by a tool.
func presentInstant() -> Instant { Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000)) }
