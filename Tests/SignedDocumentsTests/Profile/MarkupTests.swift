import Testing

@Suite struct PlainMarkupTests {
    static let attacks = [
        Attack(name: "comment in a digest", reason: "a comment, CDATA section or processing instruction") {
            try $0.replace("</ds:DigestValue>", with: "<!-- --></ds:DigestValue>")
        },
        Attack(name: "comment in a signed text", reason: "a comment, CDATA section or processing instruction") {
            try $0.replace("</xades:MimeType>", with: "<!-- --></xades:MimeType>")
        },
        Attack(name: "comment behind the root", reason: "a comment, CDATA section or processing instruction") {
            try $0.replace("</asic:XAdESSignatures>", with: "</asic:XAdESSignatures><!---->")
        },
        Attack(name: "CDATA section", reason: "a comment, CDATA section or processing instruction") {
            try $0.replace("text/xml", with: "<![CDATA[text/xml]]>")
        },
        Attack(name: "processing instruction", reason: "a comment, CDATA section or processing instruction") {
            try $0.replace("<ds:KeyInfo>", with: "<?x y?><ds:KeyInfo>")
        },
        Attack(name: "another encoding", reason: "it is not in UTF-8") {
            try $0.replace(#"encoding="UTF-8""#, with: #"encoding="ISO-8859-1""#)
        },
        Attack(name: "document type", reason: "document type", code: "invalid_xml") {
            try $0.replace("<asic:XAdESSignatures ", with: "<!DOCTYPE a [<!ENTITY e 'x'>]><asic:XAdESSignatures ")
        },
        Attack(name: "entity", reason: "not acceptable XML", code: "invalid_xml") { try $0.replace("text/xml", with: "&e;") },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct SignaturePlaceTests {
    static let attacks = [
        Attack(name: "second signature before the signed one", reason: "not exactly one signature at its place") {
            try $0.replace("<ds:Signature ", with: #"<ds:Signature Id="other"></ds:Signature><ds:Signature "#)
        },
        Attack(name: "the whole signature twice", reason: "not exactly one signature at its place") {
            let copy = try $0.signatureElement
            try $0.replace("</asic:XAdESSignatures>", with: copy + "</asic:XAdESSignatures>")
        },
        Attack(name: "another element beside it", reason: "not exactly one signature at its place") {
            try $0.replace("</asic:XAdESSignatures>", with: "<asic:Extension/></asic:XAdESSignatures>")
        },
        Attack(name: "another root", reason: "not exactly one signature at its place") {
            try $0.replace("asic:XAdESSignatures", with: "asic:Signatures")
        },
        Attack(name: "a root of another namespace", reason: "not exactly one signature at its place") {
            try $0.replace(#"xmlns:asic="http://uri.etsi.org/02918/v1.2.1#""#, with: #"xmlns:asic="urn:other""#)
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }

    /// Later versions write the signature alone.
    @Test func signatureAsRoot() throws {
        var forgery = try Forgery()
        let namespaces = Forgery.namespaces
        try forgery.replace("<asic:XAdESSignatures\(namespaces)><ds:Signature ", with: "<ds:Signature\(namespaces) ")
        try forgery.replace("</asic:XAdESSignatures>", with: "")
        #expect(forgery.refusal() == nil)
    }
}

@Suite struct SingleSignatureTests {
    static let attacks = [
        Attack(name: "signature moved into an object", reason: "2 signatures") {
            let signature = try $0.signatureElement
            let wrapper = #"<ds:Signature Id="outer"><ds:Object>"# + signature + "</ds:Object></ds:Signature>"
            try $0.replace(signature, with: wrapper)
        },
        Attack(name: "signature in an unsigned property", reason: "2 signatures") {
            let signature = try $0.signatureElement
            try $0.replace("<xades:RevocationValues>", with: signature + "<xades:RevocationValues>")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct UniqueIdsTests {
    static let attacks = [
        Attack(name: "duplicated", reason: "an id that is not unique") {
            try $0.replace(#"Id="ocsp-response-1""#, with: #"Id="signed-properties""#)
        },
        Attack(name: "in another spelling", reason: "an id that is not unique") {
            try $0.replace(#"Id="ocsp-response-1""#, with: #"ID="signed-properties""#)
        },
        Attack(name: "in lower case", reason: "an id that is not unique") {
            try $0.replace(#"Id="ocsp-response-1""#, with: #"id="signed-properties""#)
        },
        Attack(name: "in a namespace", reason: "an id that is not unique") {
            try $0.replace(#"Id="ocsp-response-1""#, with: #"xml:id="signed-properties""#)
        },
        Attack(name: "two ids of one element", reason: "an id that is not unique") {
            try $0.replace(#"Id="signature-value""#, with: #"Id="signature-value" xades:Id="signed-properties""#)
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}
