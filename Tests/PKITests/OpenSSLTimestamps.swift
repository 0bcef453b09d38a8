import Foundation
import PKI
import TestSupport
import Testing
import XRoadModel

/// A time-stamping authority of the `openssl` tool, and tokens with any content that a hostile authority could sign.
struct OpenSSLTimestamps {
    static let authorityExtensions = [
        "basicConstraints=CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=critical,timeStamping",
    ]

    let tool: OpenSSLAuthority
    let root: OpenSSLAuthority.Issued
    let authority: OpenSSLAuthority.Issued
    private let settings: URL

    init() throws {
        tool = try OpenSSLAuthority()
        root = try tool.issue("/CN=Root", extensions: OpenSSLAuthority.rootExtensions)
        authority = try tool.issue("/CN=TSA", by: root, extensions: Self.authorityExtensions)
        let serial = try tool.write("tsaserial", Array("01\n".utf8))
        settings = try tool.write(
            "tsa.cnf",
            Array(
                """
                [tsa]
                default_tsa = authority
                [authority]
                serial = \(serial.path)
                signer_digest = sha256
                default_policy = 1.2.3.4.1
                digests = sha256, sha384, sha512
                accuracy = secs:1, millisecs:500, microsecs:100
                ess_cert_id_alg = sha256
                """.utf8))
    }

    /// What `openssl ts` answers to a request.
    func reply(to request: [UInt8], arguments: [String] = []) throws -> [UInt8] {
        let query = try tool.write("query.tsq", request)
        let response = tool.file("response.tsr")
        try tool.openssl(
            [
                "ts", "-reply", "-config", settings.path, "-queryfile", query.path, "-signer", authority.certificateFile.path,
                "-inkey", authority.keyFile.path, "-out", response.path,
            ] + arguments)
        return [UInt8](try Data(contentsOf: response))
    }

    /// A TSTInfo in the notation of `openssl asn1parse -genconf`. Lines are left out where they are empty.
    struct Content: Sendable {
        var version = "INTEGER:1"
        var policy = "OID:1.2.3.4.1"
        var algorithm = "sha512"
        var imprint: [UInt8]
        var time: String
        var accuracy = ""
        var nonce = ""
        var extensions = ""
    }

    func encode(_ content: Content) throws -> [UInt8] {
        let lines = [
            "asn1=SEQUENCE:tst", "[tst]", "version=\(content.version)", "policy=\(content.policy)", "imprint=SEQUENCE:imprint",
            "serial=INTEGER:77", "time=\(content.time)", content.accuracy.isEmpty ? "" : "accuracy=SEQUENCE:accuracy",
            content.nonce.isEmpty ? "" : "nonce=INTEGER:\(content.nonce)",
            content.extensions.isEmpty ? "" : "extensions=IMPLICIT:1,SEQUENCE:extensions", "[imprint]",
            "algorithm=SEQUENCE:algorithm", "digest=FORMAT:HEX,OCTETSTRING:\(Hexadecimal.encode(content.imprint))",
            "[algorithm]", "oid=OID:\(content.algorithm)", "parameters=NULL", "[accuracy]", content.accuracy, "[extensions]",
            content.extensions, "[extension]", "oid=OID:1.2.3.4.5", "critical=BOOLEAN:TRUE", "value=FORMAT:HEX,OCTETSTRING:0500",
        ]
        let notation = try tool.write("tst.cnf", Array(lines.filter { !$0.isEmpty }.joined(separator: "\n").utf8))
        let output = tool.file("tst.der")
        try tool.openssl(["asn1parse", "-genconf", notation.path, "-noout", "-out", output.path])
        return [UInt8](try Data(contentsOf: output))
    }

    /// CMS signed data by `openssl cms`, which signs what `openssl ts` would not.
    func sign(
        _ content: [UInt8], by signer: OpenSSLAuthority.Issued? = nil, type: String = "1.2.840.113549.1.9.16.1.4",
        arguments: [String] = ["-cades"]
    ) throws -> [UInt8] {
        let signer = signer ?? authority
        let input = try tool.write("content", content)
        return try tool.openssl(
            [
                "cms", "-sign", "-binary", "-nodetach", "-outform", "DER", "-econtent_type", type, "-in", input.path, "-signer",
                signer.certificateFile.path, "-inkey", signer.keyFile.path,
            ] + arguments
        ).output
    }

    /// A response with status granted around any token.
    static func granted(_ token: [UInt8], status: UInt8 = 0) -> [UInt8] {
        let content = [0x30, 0x03, 0x02, 0x01, status] + token
        return [0x30, 0x82, UInt8(content.count >> 8), UInt8(content.count & 0xff)] + content
    }
}
