import XML

/// Rule: the signature value is text in base64, of a bounded length.
enum SignatureValueForm {
    private static let maximumBytes = 2048

    static func value(of element: XMLElement) throws(SignedDocumentFailure) -> [UInt8] {
        guard element.isSignature("SignatureValue"), let value = element.base64, (1...maximumBytes).contains(value.count) else {
            throw .malformedSignature("no signature value in base64")
        }
        return value
    }
}
