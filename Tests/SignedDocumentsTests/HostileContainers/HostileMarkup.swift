import SignedDocuments

/// Signature wrapping and markup
extension HostileContainerTests {
    static let signatures: [Hostile] = [
        Hostile("nothing wrong") { try $0.forged { try $0.sign() } },
        Hostile("second signature before the signed one", format, format) {
            try $0.forged { try $0.replace("<ds:Signature ", with: #"<ds:Signature Id="x"></ds:Signature><ds:Signature "#) }
        },
        Hostile("signature moved into an object", format, format) {
            try $0.forged {
                let signature = try $0.signatureElement
                try $0.replace(signature, with: #"<ds:Signature Id="x"><ds:Object>"# + signature + "</ds:Object></ds:Signature>")
            }
        },
        Hostile("signature moved into an extension", format) {
            try $0.forged {
                let signature = try $0.signatureElement
                try $0.replace(signature, with: "<asic:Extension>" + signature + "</asic:Extension>")
            }
        },
        Hostile("two signatures under the root", format, format, format) {
            try $0.forged { try $0.replace("</asic:XAdESSignatures>", with: $0.signatureElement + "</asic:XAdESSignatures>") }
        },
        Hostile("signed properties twice under one id", format) {
            try $0.forged { try $0.replace(#"Id="ocsp-response-1""#, with: #"Id="signed-properties""#) }
        },
        Hostile("ids in other spellings", format) {
            try $0.forged {
                try $0.replace(
                    #"Id="ocsp-response-1""#, with: #"ID="signed-properties" xmlns:s="urn:s" s:ID="x" xml:id="y""#)
            }
        },
        Hostile("comment in a digest", format, format, format, format) {
            try $0.forged { try $0.replace("</ds:DigestValue>", with: "<!----></ds:DigestValue>") }
        },
        Hostile("comment in an id", "TOTAL-FAILED FORMAT_FAILURE invalid_xml") {
            try $0.forged { try $0.replace(#"Id="signature""#, with: #"Id="signature<!---->""#) }
        },
        Hostile("relative namespace", format) {
            try $0.forged {
                try $0.replace(#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance""#, with: #" xmlns:r="r""#)
            }
        },
        Hostile("document type", "TOTAL-FAILED FORMAT_FAILURE invalid_xml") {
            try $0.forged {
                try $0.replace("<asic:XAdESSignatures ", with: "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><asic:XAdESSignatures ")
            }
        },
        Hostile("entities that grow", "TOTAL-FAILED FORMAT_FAILURE invalid_xml") {
            try $0.forged {
                let bomb = "<!DOCTYPE a [<!ENTITY a 'aaaaaaaa'><!ENTITY b '&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;'>]>"
                try $0.replace("<asic:XAdESSignatures ", with: bomb + "<asic:XAdESSignatures ")
            }
        },
        Hostile("a hundred thousand levels", "TOTAL-FAILED FORMAT_FAILURE invalid_xml") {
            try $0.container(SignatureData(signature: Array(String(repeating: "<a>", count: 100_000).utf8)))
        },
        Hostile("a hundred thousand attributes", "TOTAL-FAILED FORMAT_FAILURE invalid_xml") {
            let attributes = (0..<100_000).map { " a\($0)=''" }.joined()
            return try $0.container(SignatureData(signature: Array("<a\(attributes)/>".utf8)))
        },
        Hostile("64 MB of signature", "TOTAL-FAILED FORMAT_FAILURE invalid_xml") {
            try $0.container(SignatureData(signature: [UInt8](repeating: UInt8(ascii: " "), count: 64 << 20)))
        },
    ]
}
