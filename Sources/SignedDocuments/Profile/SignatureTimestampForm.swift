import XML

/// Rule: a time-stamp over the signature value is base64. X-Road wrote the token directly into `SignatureTimeStamp` up to 2014.
enum SignatureTimestampForm {
    /// DER, not verified; nil where there is none.
    static func token(in properties: XMLElement) throws(SignedDocumentFailure) -> [UInt8]? {
        let stamps = properties.children("SignatureTimeStamp", XMLNamespace.xades)
        guard stamps.count <= 1 else { throw .malformedSignature("\(stamps.count) time-stamps over the signature value") }
        guard let stamp = stamps.first else { return nil }
        guard let token = (stamp.child("EncapsulatedTimeStamp", XMLNamespace.xades) ?? stamp).base64, !token.isEmpty else {
            throw .malformedSignature("a time-stamp that is not base64")
        }
        return token
    }
}
