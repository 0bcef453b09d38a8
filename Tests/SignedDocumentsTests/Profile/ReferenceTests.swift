import PKI
import SignedDocuments
import Testing

@Suite struct ReferenceFormTests {
    static let algorithms = [
        "http://www.w3.org/TR/1999/REC-xslt-19991116", "http://www.w3.org/TR/1999/REC-xpath-19991116",
        "http://www.w3.org/2002/06/xmldsig-filter2", "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
        "http://www.w3.org/2000/09/xmldsig#base64", "http://www.w3.org/2001/10/xml-exc-c14n#WithComments",
    ]

    @Test(arguments: algorithms) func transforms(_ algorithm: String) throws {
        for place in [SignatureText.partReference, SignatureText.propertiesReference] {
            var forgery = try Forgery()
            try forgery.replaceInInformation(place, with: place + SignatureText.transforms(algorithm))
            #expect(
                forgery.refusal()
                    == .malformedSignature("Transform is not one of the two allowed canonicalizations"))
        }
    }

    static let attacks = [
        Attack(name: "a thousand transforms", reason: "has more than one transform") {
            let one = #"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>"#
            try $0.replaceInInformation(
                SignatureText.propertiesReference,
                with: SignatureText.propertiesReference + "<ds:Transforms>" + String(repeating: one, count: 1000)
                    + "</ds:Transforms>")
        },
        Attack(name: "no transform", reason: "has more than one transform") {
            try $0.replaceInInformation(
                SignatureText.propertiesReference, with: SignatureText.propertiesReference + SignatureText.transforms())
        },
        Attack(name: "no URI", reason: "other than references with a URI") {
            try $0.replaceInInformation(#" URI="/message.xml""#, with: "")
        },
        Attack(name: "two digests", reason: "not of the form transforms, method, value") {
            try $0.replaceInInformation("</ds:DigestValue>", with: "</ds:DigestValue>" + SignatureText.zeroDigest)
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct SignedPropertiesReferenceTests {
    static let type = #" Type="http://uri.etsi.org/01903#SignedProperties""#
    static let attacks = [
        Attack(name: "no type", reason: "not exactly one reference to the signed properties") {
            try $0.replaceInInformation(type, with: "")
        },
        Attack(name: "two of the type", reason: "not exactly one reference to the signed properties") {
            try $0.replaceInInformation(
                SignatureText.partReference, with: SignatureText.reference(to: "#other", type) + SignatureText.partReference)
        },
        Attack(name: "another target", reason: "not those that the signature refers to") {
            try $0.replaceInInformation("#signed-properties", with: "#signature-value")
        },
        Attack(name: "XPointer", reason: "not those that the signature refers to") {
            try $0.replaceInInformation("#signed-properties", with: "#xpointer(id('signed-properties'))")
        },
        Attack(name: "the whole document", reason: "not those that the signature refers to") {
            try $0.replaceInInformation("#signed-properties", with: "")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct SignedMessageTests {
    static let attacks = [
        Attack(name: "the message is not referenced", reason: "neither /message.xml nor /sig-hashchainresult.xml") {
            try $0.replaceInInformation("/message.xml", with: "/attachment1")
        },
        Attack(name: "another part in its place", reason: "neither /message.xml nor /sig-hashchainresult.xml") {
            try $0.replaceInInformation("/message.xml", with: "/foobar.xml")
        },
        Attack(name: "the hash chain itself", reason: "neither /message.xml nor /sig-hashchainresult.xml") {
            try $0.replaceInInformation("/message.xml", with: "/sig-hashchain.xml")
        },
        Attack(name: "hash chain result beside a part", reason: "neither /message.xml nor /sig-hashchainresult.xml") {
            try $0.replaceInInformation(
                SignatureText.partReference,
                with: SignatureText.reference(to: "/sig-hashchainresult.xml") + SignatureText.partReference)
            try $0.replaceInInformation("/message.xml", with: "/attachment1")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct DistinctReferencesTests {
    static let attacks = [
        Attack(name: "the message twice", reason: "a part is referenced twice") {
            try $0.replaceInInformation(
                SignatureText.partReference, with: SignatureText.reference(to: "/message.xml") + SignatureText.partReference)
        }
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct KnownReferencesTests {
    @Test(arguments: [
        "file:///etc/passwd", "http://127.0.0.1/", "/../message.xml", "/attachment0", "/attachment01", "/attachment",
        "message.xml", "/Message.xml", "#signature-value", "", "/sig-hashchainresult.xml",
    ])
    func refused(_ uri: String) throws {
        var forgery = try Forgery()
        try forgery.replaceInInformation(
            SignatureText.partReference, with: SignatureText.reference(to: uri) + SignatureText.partReference)
        #expect(forgery.refusal() == .invalidReference(uri))
    }
}

@Suite struct PlainReferencesTests {
    static let attacks = [
        Attack(name: "canonicalization of the message", reason: "has a type or a transform") {
            try $0.replaceInInformation(
                SignatureText.partReference,
                with: SignatureText.partReference + SignatureText.transforms("http://www.w3.org/2001/10/xml-exc-c14n#"))
        },
        Attack(name: "type of a manifest", reason: "has a type or a transform") {
            try $0.replaceInInformation(
                #"URI="/message.xml""#, with: #"URI="/message.xml" Type="http://www.w3.org/2000/09/xmldsig#Manifest""#)
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct CompleteCoverageTests {
    private func verify(_ forgery: Forgery, _ change: (inout PartDigests) -> Void) -> SignedDocumentFailure? {
        var parts = forgery.example.parts
        change(&parts)
        do throws(SignedDocumentFailure) {
            _ = try SignatureVerifier.verify(forgery.data, parts: parts)
            return nil
        } catch { return error }
    }

    @Test func everyPartOnce() throws {
        let one = try Forgery()
        #expect(verify(one) { _ in } == nil)
        #expect(verify(one) { $0.addAttachment(.sha512, [1]) } == .malformedSignature("/attachment1 is not covered"))
        #expect(verify(one) { $0 = PartDigests(message: [1]) } == .digestMismatch("/message.xml"))

        var two = one
        let digest = DigestAlgorithm.sha512.digest([1])
        try two.replaceInInformation(
            SignatureText.partReference,
            with: SignatureText.reference(to: "/attachment1")
                .replacingOccurrences(
                    of: SignatureText.zeroDigest, with: "<ds:DigestValue>\(Base64.encode(digest))</ds:DigestValue>")
                + SignatureText.partReference)
        #expect(verify(two) { _ in } == .invalidReference("/attachment1"))
        #expect(verify(two) { $0.addAttachment(.sha512, digest) } == nil)
        #expect(verify(two) { $0.addAttachment(.sha512, DigestAlgorithm.sha512.digest([2])) } == .digestMismatch("/attachment1"))
        #expect(
            verify(two) { $0.addAttachment(.sha256, DigestAlgorithm.sha256.digest([1])) }
                == .malformedSignature("no SHA-512 digest of /attachment1 was taken"))
    }
}

@Suite struct SignedHashChainTests {
    @Test func hashChainsThatDoNotBelong() throws {
        let direct = try Forgery()
        let chained = try Forgery(attachments: ["a"])
        let other = try SignedExample(message: "other", attachments: ["a"]).data.hashChain
        var uncovered = chained
        try uncovered.replaceInInformation("/sig-hashchainresult.xml", with: "/message.xml")
        #expect(direct.refusal(hashChain: other) == .malformedSignature("a hash chain came along that is not signed"))
        #expect(uncovered.refusal() == .malformedSignature("a hash chain came along that is not signed"))
        #expect(uncovered.refusal(hashChain: .some(nil)) == .malformedSignature("/attachment1 is not covered"))
        #expect(chained.refusal(hashChain: .some(nil)) == .invalidReference("/sig-hashchainresult.xml"))
        #expect(chained.refusal(hashChain: other)?.code == "invalid_hash_chain")
    }
}
