import Foundation
import PKI
import SignedDocuments
import TestSupport
import Testing

@Suite struct AllowedCanonicalizationTests {
    static let attacks = [
        Attack(name: "inclusive namespaces", reason: "not one of the two allowed canonicalizations") {
            try $0.replaceInInformation(
                "</ds:CanonicalizationMethod>",
                with: #"<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="ds">"#
                    + "</ec:InclusiveNamespaces></ds:CanonicalizationMethod>")
        },
        Attack(name: "with comments", reason: "not one of the two allowed canonicalizations") {
            try $0.replaceInInformation("REC-xml-c14n-20010315", with: "REC-xml-c14n-20010315#WithComments")
        },
        Attack(name: "version 1.1", reason: "not one of the two allowed canonicalizations") {
            try $0.replaceInInformation(
                "http://www.w3.org/TR/2001/REC-xml-c14n-20010315", with: "http://www.w3.org/2006/12/xml-c14n11")
        },
        Attack(name: "none", reason: "not one of the two allowed canonicalizations") {
            try $0.replaceInInformation(
                #"CanonicalizationMethod Algorithm="http://www.w3.org/TR/2001/REC-xml-c14n-20010315""#,
                with: "CanonicalizationMethod")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct AllowedSignatureAlgorithmTests {
    static let given = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512"
    static let attacks = [
        Attack(name: "message authentication code", reason: "a signature algorithm that is not allowed") {
            try $0.replaceInInformation("xmldsig-more#ecdsa-sha512", with: "xmldsig-more#hmac-sha512")
        },
        Attack(name: "SHA-1 with RSA", reason: "not acceptable by its strength") {
            try $0.replaceInInformation(given, with: "http://www.w3.org/2000/09/xmldsig#rsa-sha1")
        },
        Attack(name: "SHA-1 with ECDSA", reason: "not acceptable by its strength") {
            try $0.replaceInInformation(given, with: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1")
        },
        Attack(name: "unknown", reason: "a signature algorithm that is not allowed") {
            try $0.replaceInInformation(given, with: "urn:none")
        },
        Attack(name: "of another kind of key", reason: "it was not made by the key", code: "invalid_signature_value") {
            try $0.replaceInInformation("xmldsig-more#ecdsa-sha512", with: "xmldsig-more#rsa-sha512")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct AllowedDigestTests {
    static let given = "http://www.w3.org/2001/04/xmlenc#sha512"
    static let attacks = [
        Attack(name: "SHA-1", reason: "not acceptable by its strength") {
            try $0.replaceInInformation(given, with: "http://www.w3.org/2000/09/xmldsig#sha1")
        },
        Attack(name: "MD5", reason: "not acceptable by its strength") {
            try $0.replaceInInformation(given, with: "http://www.w3.org/2001/04/xmldsig-more#md5")
        },
        Attack(name: "a shorter algorithm than the value", reason: "a digest value that does not fit its algorithm") {
            try $0.replaceInInformation(given, with: "http://www.w3.org/2001/04/xmlenc#sha256")
        },
        Attack(name: "unknown", reason: "a digest algorithm that is not allowed") {
            try $0.replaceInInformation(given, with: "urn:none")
        },
        Attack(name: "an attribute on the value", reason: "a digest value that does not fit its algorithm") {
            try $0.replaceInInformation("<ds:DigestValue>", with: #"<ds:DigestValue x="y">"#)
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct AcceptedKeyTests {
    @Test func shortKey() throws {
        let folder = try TemporaryFolder()
        let key = folder.url.appendingPathComponent("key").path
        let made = try runTool("openssl", ["req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=1", "-keyout", key])
        let certificate = try Certificate.all(pem: made.text)[0]
        let privateKey = try PrivateKey(pem: [UInt8](Data(contentsOf: URL(fileURLWithPath: key))), passphrase: [])
        let message: [UInt8] = [1]
        let data = try SignatureComposer(key: privateKey, certificate: certificate, digest: .sha256).compose(
            message: DigestAlgorithm.sha256.digest(message), attachments: [], signingTime: signingTime, ocspResponse: anyResponse)
        #expect(throws: SignedDocumentFailure.cryptographicConstraint("the signing key: RSA of 1024 bits, at least 2048 needed"))
        {
            try SignatureVerifier.verify(data, parts: PartDigests(message: message))
        }
    }
}

@Suite struct SignatureValueRangeTests {
    /// XMLDSig writes ECDSA as r and s of fixed length, and nothing else.
    @Test func ellipticCurves() throws {
        var forgery = try Forgery()
        let value = try #require(Base64.decode(try forgery.value))
        let zeros = [UInt8](repeating: 0, count: 32)
        let der = try TestSigner.of(.ec).key.sign([1], algorithm: .ecdsaSHA512, encoding: .der)
        let wrong: [(name: String, value: [UInt8], reason: String)] = [
            ("trailing byte", value + [0], "65 bytes are not r and s"),
            ("cut", Array(value.dropLast()), "63 bytes are not r and s"),
            ("DER", der, "bytes are not r and s"), ("both zero", zeros + zeros, "r or s is zero"),
            ("s is zero", Array(value[..<32]) + zeros, "r or s is zero"),
            ("r is zero", zeros + Array(value[32...]), "r or s is zero"),
            ("r beyond the order", [UInt8](repeating: 255, count: 32) + Array(value[32...]), "it was not made by the key"),
        ]
        for (name, bytes, reason) in wrong {
            try forgery.setValue(Base64.encode(bytes))
            let failure = forgery.refusal()
            #expect(
                failure?.code == "invalid_signature_value" && "\(failure as Any)".contains(reason), "\(name): \(failure as Any)")
        }
    }

    @Test(arguments: [255, 257]) func lengthOfRSA(_ count: Int) throws {
        let example = try SignedExample(.rsa)
        let text = example.data.signature.text
        let start = try #require(text.range(of: #"Id="signature-value">"#)).upperBound
        let end = try #require(text.range(of: "</ds:SignatureValue>")).lowerBound
        let value = Base64.encode([UInt8](repeating: 1, count: count))
        let document = Array(text.replacingCharacters(in: start..<end, with: value).utf8)
        #expect(throws: SignedDocumentFailure.invalidSignatureValue("\(count) bytes under an RSA key of 2048 bits")) {
            try SignatureVerifier.verify(SignatureData(signature: document), parts: example.parts)
        }
    }
}

@Suite struct CanonicalFormsTests {
    static let attacks = [
        Attack(name: "relative namespace", reason: "no canonical form: Relative namespace") {
            try $0.replace(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"", with: " xmlns:r=\"r\"")
        }
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}
