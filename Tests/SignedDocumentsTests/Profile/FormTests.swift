import PKI
import TestSupport
import Testing

@Suite struct SignatureFormTests {
    static let attacks = [
        Attack(name: "second object", reason: "other elements than the four") {
            try $0.replace("</ds:Object>", with: "</ds:Object><ds:Object></ds:Object>")
        },
        Attack(name: "second key information", reason: "other elements than the four") {
            try $0.replace("<ds:Object>", with: "<ds:KeyInfo></ds:KeyInfo><ds:Object>")
        },
        Attack(name: "no id", reason: "the signature has no id") {
            try $0.replace(#"<ds:Signature Id="signature">"#, with: "<ds:Signature>")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct SignedInformationFormTests {
    static let attacks = [
        Attack(name: "too many references", reason: "more than 256 references") {
            let many = (1...300).map { SignatureText.reference(to: "/attachment\($0)") }.joined()
            try $0.replaceInInformation(SignatureText.partReference, with: many + SignatureText.partReference)
        },
        Attack(name: "something else in its place", reason: "no SignedInfo with methods and references") {
            try $0.replace("ds:SignedInfo>", with: "ds:Manifest>")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct SignatureValueFormTests {
    static let attacks = [
        Attack(name: "empty", reason: "no signature value in base64") { try $0.setValue("") },
        Attack(name: "not base64", reason: "no signature value in base64") { try $0.setValue($0.value + "*") },
        Attack(name: "padding in the middle", reason: "no signature value in base64") { try $0.setValue("AA==" + $0.value) },
        Attack(name: "unused bits set", reason: "no signature value in base64") { try $0.setValue("AB==") },
        Attack(name: "too long", reason: "no signature value in base64") {
            try $0.setValue(Base64.encode([UInt8](repeating: 1, count: 2049)))
        },
        Attack(name: "an element in it", reason: "no signature value in base64") { try $0.setValue($0.value + "<ds:a></ds:a>") },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct KeyInformationFormTests {
    static let attacks = [
        Attack(name: "second certificate", reason: "not exactly one certificate") {
            try $0.replace("</ds:X509Certificate>", with: "</ds:X509Certificate><ds:X509Certificate>AA==</ds:X509Certificate>")
        },
        Attack(name: "a key beside the certificate", reason: "not exactly one certificate") {
            try $0.replace("<ds:X509Data>", with: "<ds:KeyName>1</ds:KeyName><ds:X509Data>")
        },
        Attack(name: "retrieval method", reason: "not exactly one certificate") {
            try $0.replace("ds:X509Data>", with: "ds:RetrievalMethod>")
        },
        Attack(name: "not a certificate", reason: "signing certificate: malformed certificate") {
            try $0.replace(Base64.encode(TestSigner.of(.ec).certificate.der), with: "MAA=")
        },
        Attack(name: "trailing bytes behind the certificate", reason: "signing certificate: malformed certificate") {
            let der = try TestSigner.of(.ec).certificate.der
            try $0.replace(Base64.encode(der), with: Base64.encode(der + [0]))
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }

    /// An unknown curve, parameters spelled out, a key too short to be read at all, an exponent of one.
    @Test(arguments: [
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"],
        ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit"],
        ["-newkey", "rsa:512"], ["-newkey", "ed25519"],
    ])
    func keysOutsideThePolicy(_ options: [String]) throws {
        let made = try runTool("openssl", ["req", "-x509", "-nodes", "-subj", "/CN=1", "-keyout", "/dev/null"] + options)
        let der = try runTool("openssl", ["x509", "-outform", "DER"], input: made.output).output
        #expect(made.status == 0 && !der.isEmpty, "\(made.errors)")
        var forgery = try Forgery()
        try forgery.replace(Base64.encode(TestSigner.of(.ec).certificate.der), with: Base64.encode(der))
        let failure = forgery.refusal()
        #expect(failure.map { "\($0)" }?.contains("the signing key") == true, "\(String(describing: failure))")
    }
}

@Suite struct QualifyingPropertiesFormTests {
    static let attacks = [
        Attack(name: "of another signature", reason: "no QualifyingProperties of the signature") {
            try $0.replace(##"Target="#signature""##, with: ##"Target="#other""##)
        },
        Attack(name: "signed properties twice", reason: "not signed properties and then unsigned ones") {
            try $0.replace("<xades:UnsignedProperties>", with: "<xades:SignedProperties/><xades:UnsignedProperties>")
        },
        Attack(name: "nothing unsigned", reason: "no UnsignedSignatureProperties") {
            try $0.replace("xades:UnsignedSignatureProperties>", with: "xades:UnsignedDataObjectProperties>")
        },
        Attack(name: "unknown element among the signed", reason: "an unknown element in the signed properties") {
            try $0.replaceInProperties("xades:SignedDataObjectProperties>", with: "xades:Other>")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}
