import Foundation
import PKI
import TestSupport
import Testing
import XRoadModel

/// A certificate tree made by the `openssl` tool: an authority of its own, independent of what is tested.
final class OpenSSLAuthority {
    struct Issued {
        let certificate: Certificate
        let certificateFile: URL
        let keyFile: URL
    }

    static let rootExtensions = ["basicConstraints=critical,CA:TRUE", "keyUsage=critical,keyCertSign,cRLSign"]
    static let signingExtensions = ["basicConstraints=CA:FALSE", "keyUsage=critical,nonRepudiation"]
    static let responderExtensions = ["basicConstraints=CA:FALSE", "extendedKeyUsage=OCSPSigning"]

    private let folder: TemporaryFolder
    private var serial = 1000

    init() throws { folder = try TemporaryFolder() }

    func file(_ name: String) -> URL { folder.url.appendingPathComponent(name) }

    func write(_ name: String, _ bytes: [UInt8]) throws -> URL { try folder.write(name, bytes) }

    /// Signed by `issuer`, or by itself. `key` is openssl's `-newkey` argument.
    func issue(
        _ subject: String, by issuer: Issued? = nil, extensions: [String], digest: String = "sha256", key: String = "ec",
        days: Int = 30
    ) throws -> Issued {
        serial += 1
        let keyFile = file("\(serial).key")
        let request = try openssl(
            ["req", "-new", "-newkey", key, "-nodes", "-keyout", keyFile.path, "-subj", subject, "-utf8"]
                + (key == "ec" ? ["-pkeyopt", "ec_paramgen_curve:P-256"] : []))
        let requestFile = try write("\(serial).csr", request.output)
        let extensionFile = try write("\(serial).ext", Array(extensions.joined(separator: "\n").utf8))
        let signer =
            issuer.map { ["-CA", $0.certificateFile.path, "-CAkey", $0.keyFile.path] } ?? ["-signkey", keyFile.path]
        let certificate = try openssl(
            [
                "x509", "-req", "-in", requestFile.path, "-extfile", extensionFile.path, "-\(digest)", "-set_serial", "\(serial)",
                "-days", "\(days)",
            ] + signer)
        let certificateFile = try write("\(serial).pem", certificate.output)
        return Issued(
            certificate: try #require(try Certificate.all(pem: certificate.text).first), certificateFile: certificateFile,
            keyFile: keyFile)
    }

    /// The answer of `openssl ocsp` for one certificate; `index` is the line's first field: V, R or nothing for unknown.
    func status(of leaf: Issued, by authority: Issued, signer: Issued, index: String, arguments: [String] = []) throws -> [UInt8]
    {
        let serialHex = String(format: "%X", Int(leaf.certificate.serialNumber) ?? 0)
        let evenHex = serialHex.count.isMultiple(of: 2) ? serialHex : "0" + serialHex
        let revoked = index == "R" ? "260101000000Z,keyCompromise" : ""
        let line = index.isEmpty ? "" : "\(index)\t490101000000Z\t\(revoked)\t\(evenHex)\tunknown\t/CN=x\n"
        let indexFile = try write("index.txt", Array(line.utf8))
        let request = file("request.der")
        _ = try openssl(
            [
                "ocsp", "-issuer", authority.certificateFile.path, "-cert", leaf.certificateFile.path, "-reqout", request.path,
                "-no_nonce",
            ])
        let response = file("response.der")
        _ = try openssl(
            [
                "ocsp", "-index", indexFile.path, "-CA", authority.certificateFile.path, "-rsigner", signer.certificateFile.path,
                "-rkey",
                signer.keyFile.path, "-reqin", request.path, "-respout", response.path,
            ] + arguments)
        return [UInt8](try Data(contentsOf: response))
    }

    @discardableResult
    func openssl(_ arguments: [String], input: [UInt8] = []) throws -> ToolResult {
        let result = try runTool("openssl", arguments, input: input)
        try #require(result.status == 0, "openssl \(arguments.joined(separator: " ")): \(result.errors)")
        return result
    }
}

/// The clock of tests that use certificates and answers made just now by a tool.
func presentInstant() -> Instant { Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000)) }
