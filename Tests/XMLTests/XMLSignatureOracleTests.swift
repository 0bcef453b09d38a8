import Foundation
import TestSupport
import Testing

@testable import XML

/// Signatures by X-Road's implementation, read in place, and what becomes of them when somebody alters something.
struct XMLSignatureOracleTests {
    struct Signed {
        var document: [UInt8]
        var certificate: [UInt8]
        var parts: [String: [UInt8]]

        func verifies() throws(XMLFailure) -> Bool {
            try XMLSignatureOracle.verifies(document: document, certificate: certificate, resolve: parts)
        }

        /// The key of KeyInfo: right for these tests only.
        static func certificate(in document: [UInt8]) throws -> [UInt8] {
            let element = try XMLDocument(parsing: document).elements(
                xpath: "//ds:KeyInfo//ds:X509Certificate", namespaces: ["ds": "http://www.w3.org/2000/09/xmldsig#"])
            let text = try #require(element.first?.text)
            return [UInt8](try #require(Data(base64Encoded: text, options: .ignoreUnknownCharacters)))
        }

        static func container(_ path: String, parts names: [String]) throws -> Signed? {
            guard let url = try Vectors.url(path) else { return nil }
            func read(_ name: String) throws -> [UInt8] { try runTool("unzip", ["-p", url.path, name]).output }
            let document = try read("META-INF/signatures.xml")
            return Signed(
                document: document, certificate: try certificate(in: document),
                parts: try Dictionary(uniqueKeysWithValues: names.map { ("/" + $0, try read($0)) }))
        }

        mutating func replace(_ old: String, with new: String) throws {
            let text = String(decoding: document, as: UTF8.self)
            try #require(text.contains(old))
            document = Array(text.replacing(old, with: new, maxReplacements: 1).utf8)
        }
    }

    @Test(arguments: [
        ("valid-signed-message", ["message.xml"]), ("valid-batch-ts", ["message.xml"]),
        ("valid-signed-hashchain", ["sig-hashchainresult.xml"]), ("valid-non-batch-rest", ["message.xml", "attachment1"]),
        ("valid-non-batch-soap-attachments", ["message.xml", "attachment1", "attachment2"]),
        ("valid-signed-message-with-attachments", ["message.xml", "attachment1", "attachment2"]),
        ("invalid-not-signed-hashchain", ["message.xml"]),
    ])
    func containerHolds(name: String, parts: [String]) throws {
        guard var signed = try Signed.container("asic/\(name).asice", parts: parts) else { return }
        #expect(try signed.verifies())
        for part in signed.parts.keys {
            let original = signed.parts[part] ?? []
            signed.parts[part] = original + [0x20]
            #expect(try !signed.verifies(), "\(part) altered")
            signed.parts[part] = nil
            #expect(throws: XMLFailure.signatureRefused("reference to \(part)")) { try signed.verifies() }
            signed.parts[String(part.dropFirst())] = original
            #expect(try signed.verifies(), "\(part) without its slash")
        }
    }

    @Test(arguments: ["wrong-message", "invalid-digest"])
    func containerDoesNotHold(name: String) throws {
        guard let signed = try Signed.container("asic/\(name).asice", parts: ["message.xml"]) else { return }
        #expect(try !signed.verifies())
    }

    @Test(arguments: [
        ("xades-signatures/batch-sig.xml", ["sig-hashchainresult.xml": "xades-signatures/hash-chain-result.xml"], true),
        ("xades-signatures/batch-sig.xml", ["sig-hashchainresult.xml": "xades-signatures/hash-chain-1.xml"], false),
        (
            "xades-signatures/non-batch-sig/signatures.xml",
            [
                "message.xml": "xades-signatures/non-batch-sig/message.xml",
                "attachment1": "xades-signatures/non-batch-sig/attachment1",
            ], true
        ),
    ])
    func documentOf2014(path: String, parts: [String: String], holds: Bool) throws {
        guard let document = try Vectors.bytes(path) else { return }
        let bytes = try parts.compactMapValues(Vectors.bytes)
        let signed = Signed(document: document, certificate: try Signed.certificate(in: document), parts: bytes)
        #expect(try signed.verifies() == holds)
    }

    /// Each alters one thing; `nil` as outcome means refused, not merely invalid.
    @Test(
        arguments: [
            ("<xades:SigningTime>2", "<xades:SigningTime>3", false),
            ("<ds:DigestValue>", "<ds:DigestValue>A", nil),
            ("<ds:SignedInfo>\n", "<ds:SignedInfo>", false),
            (
                "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
                "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#hmac-sha512", nil
            ),
            (
                "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
                "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256", false
            ),
            (
                "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
                "Algorithm=\"http://www.w3.org/2000/09/xmldsig#rsa-sha1", nil
            ),
            (
                "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
                "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", nil
            ),
            (
                "Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha512", "Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#md5",
                nil
            ),
            ("REC-xml-c14n-20010315", "REC-xml-c14n-20010315#WithComments", nil),
            ("Id=\"signed-properties\"", "Id=\"other\"", nil),
            ("<ds:Signature Id=\"signature\">", "<ds:Signature Id=\"signed-properties\">", nil),
            ("<ds:Signature ", "<ds:Signature/><ds:Signature ", nil),
            ("<ds:KeyInfo>", "<ds:KeyInfo><ds:Signature/>", nil),
            ("<ds:Signature ", "<other/><ds:Signature ", nil),
            ("http://uri.etsi.org/02918/v1.1.1#", "http://uri.etsi.org/other", nil),
            ("URI=\"#signed-properties\"", "URI=\"\"", nil),
            ("URI=\"#signed-properties\"", "", nil),
            ("URI=\"#signed-properties\"", "URI=\"#xpointer(/)\"", nil),
            ("URI=\"#signed-properties\"", "URI=\"file:///etc/passwd\"", nil),
            ("URI=\"#signed-properties\"", "URI=\"/message.xml\"", nil),
            (
                "<ds:Reference URI=\"/message.xml\">",
                "<ds:Reference URI=\"/message.xml\">" + transform("http://www.w3.org/TR/1999/REC-xslt-19991116"), nil
            ),
            (
                "<ds:Reference URI=\"/message.xml\">",
                "<ds:Reference URI=\"/message.xml\">" + transform("http://www.w3.org/2000/09/xmldsig#base64"), nil
            ),
            (
                "<ds:Reference URI=\"/message.xml\">",
                "<ds:Reference URI=\"/message.xml\">" + transform("http://www.w3.org/TR/1999/REC-xpath-19991116"), nil
            ),
            (
                "<ds:Reference URI=\"/message.xml\">",
                "<ds:Reference URI=\"/message.xml\">" + transform("http://www.w3.org/2000/09/xmldsig#enveloped-signature"), nil
            ),
            (
                "<ds:Reference URI=\"/message.xml\">",
                "<ds:Reference URI=\"/message.xml\">" + transform(CanonicalizationMethod.inclusive.uri, count: 1000), nil
            ),
        ] as [(String, String, Bool?)])
    func altered(old: String, new: String, outcome: Bool?) throws {
        guard var signed = try Signed.container("asic/valid-signed-message.asice", parts: ["message.xml"]) else { return }
        try signed.replace(old, with: new)
        if let outcome {
            #expect(try signed.verifies() == outcome)
        } else {
            let failure = #expect(throws: XMLFailure.self) { try signed.verifies() }
            guard case .signatureRefused(let reason) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(!reason.isEmpty)
        }
    }

    private static func transform(_ algorithm: String, count: Int = 1) -> String {
        "<ds:Transforms>" + String(repeating: "<ds:Transform Algorithm=\"\(algorithm)\"/>", count: count) + "</ds:Transforms>"
    }

    @Test func onlyTheGivenKeyCounts() throws {
        guard var signed = try Signed.container("asic/valid-signed-message.asice", parts: ["message.xml"]),
            let other = try Signed.container("asic/valid-batch-ts.asice", parts: [])
        else { return }
        signed.certificate = other.certificate
        #expect(try !signed.verifies())
        signed.certificate = [0x30, 0x00]
        #expect(throws: XMLFailure.self) { try signed.verifies() }
    }

    @Test func manyThreadsAtOnceDoNotMixTheirParts() async throws {
        guard let good = try Signed.container("asic/valid-signed-message.asice", parts: ["message.xml"]) else { return }
        var bad = good
        bad.parts["/message.xml"]?.append(0x20)
        let inputs = [good, bad].map { ($0.document, $0.certificate, $0.parts) }
        let verdicts = try await withThrowingTaskGroup(of: Bool.self) { group in
            for round in 0..<200 {
                let (document, certificate, parts) = inputs[round % 2]
                group.addTask {
                    try XMLSignatureOracle.verifies(document: document, certificate: certificate, resolve: parts)
                        == (round % 2 == 0)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(verdicts.count == 200 && verdicts.allSatisfy { $0 })
    }
}
