import PKI
import SignedDocuments
import Testing

@Suite struct SigningTimeFormTests {
    static let attacks = [
        Attack(name: "unreadable", reason: "no readable signing time") {
            try $0.replaceInProperties("<xades:SigningTime>2", with: "<xades:SigningTime>x")
        },
        Attack(name: "not there", reason: "no readable signing time") {
            try $0.replaceInProperties("xades:SigningTime>", with: "xades:OtherTime>")
        },
        Attack(name: "no such day", reason: "no readable signing time") {
            try $0.replaceInProperties("2026-11-23T", with: "2026-02-30T")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct SigningCertificateReferenceTests {
    static let attacks = [
        Attack(name: "none", reason: "no SigningCertificate with one certificate") {
            try $0.replaceInProperties("SigningCertificate>", with: "OtherCertificate>")
        },
        Attack(name: "two", reason: "no SigningCertificate with one certificate") {
            try $0.replaceInProperties(
                "</xades:SigningCertificate>", with: "<xades:Cert></xades:Cert></xades:SigningCertificate>")
        },
        Attack(name: "no digest", reason: "a certificate reference without a digest") {
            try $0.replaceInProperties("xades:CertDigest>", with: "xades:OtherDigest>")
        },
        Attack(name: "another serial number", reason: "name another certificate", code: "incorrect_certificate") {
            try $0.replaceInProperties("<ds:X509SerialNumber>", with: "<ds:X509SerialNumber>1")
        },
        Attack(name: "another digest", reason: "name another certificate", code: "incorrect_certificate") {
            let digest = try Base64.encode(TestSigner.of(.ec).certificate.digest(.sha512))
            try $0.replaceInProperties(digest, with: String(repeating: "A", count: 86) + "==")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }

    @Test func certificateOfAnotherKey() throws {
        var forgery = try Forgery()
        let (given, other) = (try TestSigner.of(.ec).certificate, try TestSigner(.ec).certificate)
        try forgery.replace(Base64.encode(given.der), with: Base64.encode(other.der))
        #expect(forgery.refusal()?.code == "incorrect_certificate")
        try forgery.replaceInProperties(Base64.encode(given.digest(.sha512)), with: Base64.encode(other.digest(.sha512)))
        try forgery.replaceInProperties(given.serialNumber, with: other.serialNumber)
        #expect(forgery.refusal()?.code == "invalid_signature_value")
    }

    /// The newer form, which repeats the issuer in another way.
    @Test func successor() throws {
        var forgery = try Forgery()
        try forgery.replaceInProperties("SigningCertificate>", with: "SigningCertificateV2>")
        #expect(forgery.refusal() == nil)
    }
}

@Suite struct KnownSignedPropertiesTests {
    static let attacks = [
        Attack(name: "unknown", reason: "an unknown or repeated signed property") {
            try $0.replaceInProperties(
                "</xades:SignedSignatureProperties>", with: "<xades:Other></xades:Other></xades:SignedSignatureProperties>")
        },
        Attack(name: "repeated", reason: "an unknown or repeated signed property") {
            let role = "<xades:SignerRole></xades:SignerRole>"
            try $0.replaceInProperties(
                "</xades:SignedSignatureProperties>", with: role + role + "</xades:SignedSignatureProperties>")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct SignedFormatsTests {
    static let attacks = [
        Attack(name: "of something unsigned", reason: "a data object property of something that is not signed") {
            try $0.replaceInProperties("#signature-reference-0", with: "#signature-reference-7")
        },
        Attack(name: "another property", reason: "a data object property of something that is not signed") {
            try $0.replaceInProperties("xades:DataObjectFormat", with: "xades:CommitmentTypeIndication")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct RevocationEvidenceTests {
    static let value = #"<xades:EncapsulatedOCSPValue Id="ocsp-response-1">"#
    static let attacks = [
        Attack(name: "none", reason: "not one to 16 OCSP responses") {
            try $0.replace("RevocationValues", with: "OtherValues")
        },
        Attack(name: "too many", reason: "not one to 16 OCSP responses") {
            let more = String(repeating: "<xades:EncapsulatedOCSPValue>AA==</xades:EncapsulatedOCSPValue>", count: 16)
            try $0.replace("</xades:OCSPValues>", with: more + "</xades:OCSPValues>")
        },
        Attack(name: "empty", reason: "an OCSP response that is not base64") {
            try $0.replace(value + Base64.encode(anyResponse), with: value)
        },
        Attack(name: "not base64", reason: "an OCSP response that is not base64") {
            try $0.replace(value, with: value + "*")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct SuppliedCertificatesTests {
    static func extra(_ count: Int, digest: String = SignatureText.zeroDigest, value: String = "") -> String {
        let one = "<xades:Cert URI=\"#c\"><xades:CertDigest>\(SignatureText.sha512)\(digest)</xades:CertDigest></xades:Cert>"
        let values =
            value.isEmpty
            ? ""
            : "<xades:CertificateValues><xades:EncapsulatedX509Certificate Id=\"c\">\(value)"
                + "</xades:EncapsulatedX509Certificate></xades:CertificateValues>"
        return "<xades:CompleteCertificateRefs><xades:CertRefs>" + String(repeating: one, count: count)
            + "</xades:CertRefs></xades:CompleteCertificateRefs>" + values + "<xades:RevocationValues>"
    }

    static let attacks = [
        Attack(name: "without its value", reason: "a certificate reference without its certificate") {
            try $0.replace("<xades:RevocationValues>", with: extra(1))
        },
        Attack(name: "of another digest", reason: "a certificate reference without its certificate") {
            try $0.replace("<xades:RevocationValues>", with: extra(1, value: "MAA="))
        },
        Attack(name: "not a certificate", reason: "an additional certificate: malformed certificate") {
            let digest = "<ds:DigestValue>\(Base64.encode(DigestAlgorithm.sha512.digest([0x30, 0])))</ds:DigestValue>"
            try $0.replace("<xades:RevocationValues>", with: extra(1, digest: digest, value: "MAA="))
        },
        Attack(name: "too many", reason: "more than 16 certificates") {
            try $0.replace("<xades:RevocationValues>", with: extra(17))
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}

@Suite struct SignatureTimestampFormTests {
    static let stamp =
        "<xades:SignatureTimeStamp><xades:EncapsulatedTimeStamp>MAA=</xades:EncapsulatedTimeStamp></xades:SignatureTimeStamp>"
    static let attacks = [
        Attack(name: "two", reason: "2 time-stamps over the signature value") {
            try $0.replace("<xades:RevocationValues>", with: stamp + stamp + "<xades:RevocationValues>")
        },
        Attack(name: "not base64", reason: "a time-stamp that is not base64") {
            try $0.replace(
                "<xades:RevocationValues>", with: stamp.replacingOccurrences(of: "MAA=", with: "*") + "<xades:RevocationValues>")
        },
        Attack(name: "empty", reason: "a time-stamp that is not base64") {
            try $0.replace(
                "<xades:RevocationValues>", with: stamp.replacingOccurrences(of: "MAA=", with: "") + "<xades:RevocationValues>")
        },
    ]

    @Test(arguments: attacks) func refused(_ attack: Attack) throws { try attack.expectRefused() }
}
