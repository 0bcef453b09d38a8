import Foundation
import TestSupport
import Testing

@testable import XML

/// The oracle against documents that the xmlsec1 tool signs here and now: every allowed algorithm, and the others.
struct OracleAlgorithmTests {
    private static let ds = "http://www.w3.org/2000/09/xmldsig#"
    private static let more = "http://www.w3.org/2001/04/xmldsig-more#"
    private static let message = Array("<message/>".utf8)

    enum Key { case rsa, ec }

    struct Method: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let key: Key
        let signature: String
        let digest: String
        let canonicalization: String
        var allowed = true

        init(
            _ key: Key, _ signature: String, _ digest: String, _ canonicalization: CanonicalizationMethod = .inclusive,
            allowed: Bool = true
        ) {
            (self.key, self.signature, self.digest) = (key, signature, digest)
            self.canonicalization = canonicalization.uri
            self.allowed = allowed
            testDescription = "\(signature) \(digest) \(canonicalization)"
        }
    }

    private static let sha256 = "http://www.w3.org/2001/04/xmlenc#sha256"
    private static let sha384 = more + "sha384"
    private static let sha512 = "http://www.w3.org/2001/04/xmlenc#sha512"
    private static let sha1 = ds + "sha1"

    private static let methods = [
        Method(.rsa, more + "rsa-sha256", sha256), Method(.rsa, more + "rsa-sha384", sha384, .exclusive),
        Method(.rsa, more + "rsa-sha512", sha512), Method(.ec, more + "ecdsa-sha256", sha256, .exclusive),
        Method(.ec, more + "ecdsa-sha384", sha384), Method(.ec, more + "ecdsa-sha512", sha512),
        Method(.rsa, ds + "rsa-sha1", sha256, allowed: false), Method(.ec, more + "ecdsa-sha1", sha256, allowed: false),
        Method(.rsa, more + "rsa-sha256", sha1, allowed: false),
    ]

    @Test(arguments: methods)
    func signedByTheTool(method: Method) throws {
        let files = try TemporaryFolder()
        let certificate = try Self.makeKey(method.key, in: files)
        let document = try Self.sign(method, in: files)
        try Self.expectSameDigest(document, method)
        func verifies(_ document: [UInt8], message: [UInt8] = Self.message, sha1: Bool) throws -> Bool {
            try XMLSignatureOracle.verifies(
                document: document, certificate: certificate, resolve: ["message.xml": message], allowingSHA1: sha1)
        }
        #expect(try verifies(document, sha1: true))
        if method.allowed {
            #expect(try verifies(document, sha1: false))
        } else {
            #expect(throws: XMLFailure.self) { try verifies(document, sha1: false) }
        }
        #expect(try !verifies(document, message: Self.message + [0x0A], sha1: true))
        let altered = String(decoding: document, as: UTF8.self).replacing("<p>signed", with: "<p>Signed")
        #expect(try !verifies(Array(altered.utf8), sha1: true))
    }

    /// The tool canonicalised and digested the properties; our canonical form must have that digest.
    private static func expectSameDigest(_ source: [UInt8], _ method: Method) throws {
        let document = try XMLDocument(parsing: source)
        let value = try document.elements(xpath: "//ds:Reference[2]/ds:DigestValue", namespaces: ["ds": ds]).first
        let properties = try #require(try document.elements(xpath: "//d:Properties", namespaces: ["d": "urn:d"]).first)
        let canonicalization = try #require(CanonicalizationMethod(uri: method.canonicalization))
        let name = method.digest.replacing(/.*sha/, with: "-sha")
        let digest = try runTool(
            "openssl", ["dgst", name, "-binary"], input: try document.canonical(properties, canonicalization))
        #expect(Data(digest.output).base64EncodedString() == value?.text.filter { !$0.isWhitespace })
    }

    private static func makeKey(_ key: Key, in files: TemporaryFolder) throws -> [UInt8] {
        let algorithm = key == .rsa ? ["rsa:2048"] : ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        let made = try runTool(
            "openssl",
            ["req", "-x509", "-nodes", "-newkey"] + algorithm + [
                "-subj", "/CN=oracle", "-keyout", files.url.path + "/key.pem", "-out", files.url.path + "/certificate.pem",
            ])
        try #require(made.status == 0, "\(made.errors)")
        return try runTool("openssl", ["x509", "-in", files.url.path + "/certificate.pem", "-outform", "DER"]).output
    }

    private static func sign(_ method: Method, in files: TemporaryFolder) throws -> [UInt8] {
        let template = """
            <asic:XAdESSignatures xmlns:asic="http://uri.etsi.org/02918/v1.2.1#" xmlns:ds="\(ds)"><ds:Signature><ds:SignedInfo>\
            <ds:CanonicalizationMethod Algorithm="\(method.canonicalization)"/><ds:SignatureMethod Algorithm="\(method.signature)"/>\
            <ds:Reference URI="/message.xml"><ds:DigestMethod Algorithm="\(method.digest)"/><ds:DigestValue/></ds:Reference>\
            <ds:Reference URI="#properties"><ds:Transforms><ds:Transform Algorithm="\(method.canonicalization)"/></ds:Transforms>\
            <ds:DigestMethod Algorithm="\(method.digest)"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/>\
            <ds:Object xml:lang="et" xmlns:q="urn:q" xmlns="urn:d"><Properties Id="properties" q:b="1" a="&#9;"><p>signed&#13;</p>\
            <![CDATA[<>]]><!-- c --><q:r xmlns=""><s/></q:r></Properties></ds:Object></ds:Signature></asic:XAdESSignatures>
            """
        let messageFile = try files.write("message.xml", message)
        let templateFile = try files.write("template.xml", Array(template.utf8))
        let signed = try runTool(
            "xmlsec1",
            [
                "--sign", "--privkey-pem", files.url.path + "/key.pem", "--url-map:/message.xml", messageFile.path,
                "--id-attr:Id", "Properties", templateFile.path,
            ])
        try #require(signed.status == 0, "\(signed.errors)")
        return signed.output
    }
}
