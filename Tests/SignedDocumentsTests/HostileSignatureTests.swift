import Foundation
import PKI
import SignedDocuments
import TestSupport
import Testing

/// Each attack is its own finding, in bounded time. Except where the value itself is the matter, the signature over the forged
/// document is right.
@Suite struct HostileSignatureTests {
    struct Attack: Sendable, CustomTestStringConvertible {
        let name: String
        var expected = "malformed_signature"
        let forge: @Sendable (inout Forgery) throws -> Void
        var testDescription: String { name }
    }

    static let reference = #"<ds:Reference Id="signature-reference-0" URI="/message.xml">"#
    static let sha512 = #"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512">"#

    static let structure = [
        Attack(name: "nothing", expected: "valid") { try $0.sign() },
        Attack(name: "second signature before the signed one") {
            try $0.replace("<ds:Signature ", with: #"<ds:Signature Id="other"></ds:Signature><ds:Signature "#)
        },
        Attack(name: "the whole signature twice") {
            let copy = try $0.signatureElement
            try $0.replace("</asic:XAdESSignatures>", with: copy + "</asic:XAdESSignatures>")
        },
        Attack(name: "signature moved into an object") {
            let signature = try $0.signatureElement
            let wrapper = #"<ds:Signature Id="outer"><ds:Object>"# + signature + "</ds:Object></ds:Signature>"
            try $0.replace(signature, with: wrapper)
        },
        Attack(name: "signature in an unsigned property") {
            let signature = try $0.signatureElement
            try $0.replace("<xades:RevocationValues>", with: signature + "<xades:RevocationValues>")
        },
        Attack(name: "another root") {
            try $0.replace("asic:XAdESSignatures", with: "asic:Signatures")
        },
        Attack(name: "duplicated id") {
            try $0.replace(#"Id="ocsp-response-1""#, with: #"Id="signed-properties""#)
        },
        Attack(name: "id in another spelling") {
            try $0.replace(#"Id="ocsp-response-1""#, with: #"ID="signed-properties""#)
        },
        Attack(name: "id in a namespace") {
            try $0.replace(#"Id="ocsp-response-1""#, with: #"xml:id="signed-properties""#)
        },
        Attack(name: "comment in an id's element") { try $0.replace("</xades:MimeType>", with: "<!-- --></xades:MimeType>") },
        Attack(name: "comment in a digest") { try $0.replace("</ds:DigestValue>", with: "<!-- --></ds:DigestValue>") },
        Attack(name: "CDATA section") { try $0.replace("text/xml", with: "<![CDATA[text/xml]]>") },
        Attack(name: "processing instruction") { try $0.replace("<ds:KeyInfo>", with: "<?x y?><ds:KeyInfo>") },
        Attack(name: "document type", expected: "invalid_xml") {
            try $0.replace("<asic:XAdESSignatures ", with: "<!DOCTYPE a [<!ENTITY e 'x'>]><asic:XAdESSignatures ")
        },
        Attack(name: "entity", expected: "invalid_xml") { try $0.replace("text/xml", with: "&e;") },
        Attack(name: "second object") { try $0.replace("</ds:Object>", with: "</ds:Object><ds:Object></ds:Object>") },
        Attack(name: "second key information") { try $0.replace("<ds:Object>", with: "<ds:KeyInfo></ds:KeyInfo><ds:Object>") },
        Attack(name: "second certificate") {
            try $0.replace("</ds:X509Certificate>", with: "</ds:X509Certificate><ds:X509Certificate>AA==</ds:X509Certificate>")
        },
        Attack(name: "no revocation values") { try $0.replace("RevocationValues", with: "OtherValues") },
        Attack(name: "properties of another signature") {
            try $0.replace(##"Target="#signature""##, with: ##"Target="#other""##)
        },
        Attack(name: "extra certificate without its value") {
            try $0.replace(
                "<xades:RevocationValues>",
                with: "<xades:CompleteCertificateRefs><xades:CertRefs><xades:Cert URI=\"#c\"><xades:CertDigest>\(sha512)"
                    + "</ds:DigestMethod><ds:DigestValue>\(Base64.encode([UInt8](repeating: 0, count: 64)))</ds:DigestValue>"
                    + "</xades:CertDigest></xades:Cert></xades:CertRefs></xades:CompleteCertificateRefs><xades:RevocationValues>")
        },
    ]

    static let references = [
        Attack(name: "the message is not referenced") { try $0.replaceInInformation("/message.xml", with: "/attachment1") },
        Attack(name: "another part is referenced") { try $0.replaceInInformation("/message.xml", with: "/foobar.xml") },
        Attack(name: "the message is referenced twice") {
            try $0.replaceInInformation(
                reference,
                with: "<ds:Reference URI=\"/message.xml\">\(sha512)</ds:DigestMethod><ds:DigestValue>"
                    + "\(Base64.encode([UInt8](repeating: 0, count: 64)))</ds:DigestValue></ds:Reference>" + reference)
        },
        Attack(name: "a part that does not exist is referenced", expected: "invalid_reference") {
            try $0.replaceInInformation(
                reference,
                with: "<ds:Reference URI=\"/attachment1\">\(sha512)</ds:DigestMethod><ds:DigestValue>"
                    + "\(Base64.encode([UInt8](repeating: 0, count: 64)))</ds:DigestValue></ds:Reference>" + reference)
        },
        Attack(name: "a file is referenced", expected: "invalid_reference") {
            try $0.replaceInInformation(
                reference,
                with: "<ds:Reference URI=\"file:///etc/passwd\">\(sha512)</ds:DigestMethod><ds:DigestValue>"
                    + "\(Base64.encode([UInt8](repeating: 0, count: 64)))</ds:DigestValue></ds:Reference>" + reference)
        },
        Attack(name: "no type on the signed properties") {
            try $0.replaceInInformation(#" Type="http://uri.etsi.org/01903#SignedProperties""#, with: "")
        },
        Attack(name: "another target of the signed properties") {
            try $0.replaceInInformation("#signed-properties", with: "#signature-value")
        },
        Attack(name: "XPointer to the signed properties") {
            try $0.replaceInInformation("#signed-properties", with: "#xpointer(id('signed-properties'))")
        },
        Attack(name: "XSLT transform") {
            try $0.replaceInInformation(
                reference,
                with: reference + #"<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116">"#
                    + "</ds:Transform></ds:Transforms>")
        },
        Attack(name: "canonicalization of the message") {
            try $0.replaceInInformation(
                reference,
                with: reference + #"<ds:Transforms><ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#">"#
                    + "</ds:Transform></ds:Transforms>")
        },
        Attack(name: "a thousand transforms") {
            let one = #"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>"#
            try $0.replaceInInformation(
                ##"URI="#signed-properties">"##,
                with: ##"URI="#signed-properties"><ds:Transforms>"##
                    + String(repeating: one, count: 1000) + "</ds:Transforms>")
        },
        Attack(name: "inclusive namespaces") {
            try $0.replaceInInformation(
                "</ds:CanonicalizationMethod>",
                with: #"<ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="ds">"#
                    + "</ec:InclusiveNamespaces></ds:CanonicalizationMethod>")
        },
        Attack(name: "canonicalization with comments") {
            try $0.replaceInInformation("REC-xml-c14n-20010315", with: "REC-xml-c14n-20010315#WithComments")
        },
        Attack(name: "message authentication code") {
            try $0.replaceInInformation("xmldsig-more#ecdsa-sha512", with: "xmldsig-more#hmac-sha512")
        },
        Attack(name: "SHA-1 signature") {
            try $0.replaceInInformation(
                "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512", with: "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1")
        },
        Attack(name: "SHA-1 digest") {
            try $0.replaceInInformation("http://www.w3.org/2001/04/xmlenc#sha512", with: "http://www.w3.org/2000/09/xmldsig#sha1")
        },
        Attack(name: "a shorter digest algorithm than the value") {
            try $0.replaceInInformation(
                "http://www.w3.org/2001/04/xmlenc#sha512", with: "http://www.w3.org/2001/04/xmlenc#sha256")
        },
        Attack(name: "algorithm of another kind of key", expected: "invalid_signature_value") {
            try $0.replaceInInformation("xmldsig-more#ecdsa-sha512", with: "xmldsig-more#rsa-sha512")
        },
        Attack(name: "relative namespace") {
            try $0.replace(" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"", with: " xmlns:r=\"r\"")
        },
        Attack(name: "signed format of something unsigned") {
            try $0.replaceInProperties("#signature-reference-0", with: "#signature-reference-7")
        },
        Attack(name: "unreadable signing time") {
            try $0.replaceInProperties("<xades:SigningTime>2", with: "<xades:SigningTime>x")
        },
        Attack(name: "no signing certificate") { try $0.replaceInProperties("SigningCertificate>", with: "OtherCertificate>") },
    ]

    @Test(arguments: structure + references) func refused(_ attack: Attack) throws {
        var forgery = try Forgery()
        try attack.forge(&forgery)
        let elapsed = ContinuousClock().measure { #expect(forgery.verify() == attack.expected) }
        #expect(elapsed < .seconds(2))
    }

    @Test func certificateOfAnotherKey() throws {
        var forgery = try Forgery()
        let other = try TestSigner(.ec)
        try forgery.replace(Base64.encode(TestSigner.of(.ec).certificate.der), with: Base64.encode(other.certificate.der))
        #expect(forgery.verify() == "incorrect_certificate")
        try forgery.replaceInProperties(
            Base64.encode(TestSigner.of(.ec).certificate.digest(.sha512)), with: Base64.encode(other.certificate.digest(.sha512)))
        try forgery.replaceInProperties(TestSigner.of(.ec).certificate.serialNumber, with: other.certificate.serialNumber)
        #expect(forgery.verify() == "invalid_signature_value")
    }

    /// XMLDSig writes ECDSA as r and s of fixed length, and nothing else.
    @Test func otherFormsOfTheValue() throws {
        var forgery = try Forgery()
        let value = try #require(Base64.decode(try forgery.value))
        let zeros = [UInt8](repeating: 0, count: 32)
        let der = try TestSigner.of(.ec).key.sign([1], algorithm: .ecdsaSHA512, encoding: .der)
        for wrong in [value + [0], Array(value.dropLast()), zeros + zeros, value[..<32] + zeros, zeros + value[32...], der] {
            try forgery.setValue(Base64.encode(Array(wrong)))
            #expect(forgery.verify() == "invalid_signature_value")
        }
        try forgery.setValue("")
        #expect(forgery.verify() == "malformed_signature")
        try forgery.setValue(Base64.encode(value) + "*")
        #expect(forgery.verify() == "malformed_signature")
    }

    @Test func hashChainsThatDoNotBelong() throws {
        let direct = try Forgery()
        let chained = try Forgery(attachments: ["a"])
        let other = try SignedExample(message: "other", attachments: ["a"]).data.hashChain
        var uncovered = chained
        try uncovered.replaceInInformation("/sig-hashchainresult.xml", with: "/message.xml")
        #expect(direct.verify(hashChain: other) == "malformed_signature")
        #expect(uncovered.verify(hashChain: .some(nil)) == "malformed_signature")
        #expect(chained.verify(hashChain: .some(nil)) == "invalid_reference")
        #expect(chained.verify(hashChain: other) == "invalid_hash_chain")
    }

    @Test func shortKey() throws {
        let folder = try TemporaryFolder()
        let key = folder.url.appendingPathComponent("key").path
        let made = try runTool(
            "openssl",
            [
                "req", "-x509", "-newkey", "rsa:1024", "-nodes", "-subj", "/CN=1", "-addext", "keyUsage=nonRepudiation",
                "-keyout", key,
            ])
        let certificate = try Certificate.all(pem: made.text)[0]
        let privateKey = try PrivateKey(pem: [UInt8](Data(contentsOf: URL(fileURLWithPath: key))), passphrase: [])
        let message: [UInt8] = [1]
        let data = try SignatureComposer(key: privateKey, certificate: certificate, digest: .sha256).compose(
            message: DigestAlgorithm.sha256.digest(message), attachments: [], signingTime: signingTime, ocspResponse: anyResponse)
        #expect(
            outcome { _ = try SignatureVerifier.verify(data, parts: PartDigests(message: message)) } == "incorrect_certificate")
    }

    @Test func hugeAndDeepDocuments() {
        let deep = String(repeating: "<a>", count: 100_000)
        let wide = "<a>" + String(repeating: "<b Id=\"x\"/>", count: 200_000) + "</a>"
        for hostile in [deep, wide, "", "<", "\u{0}"] {
            let elapsed = ContinuousClock().measure {
                let data = SignatureData(signature: Array(hostile.utf8))
                #expect(outcome { _ = try SignatureVerifier.verify(data, parts: PartDigests(message: [])) } == "invalid_xml")
            }
            #expect(elapsed < .seconds(2))
        }
    }
}
