import XML

/// Rule: one OCSP response at least came along, and no more than a chain of certificates can need. They prove themselves, so that
/// their place among the unsigned properties is no matter.
enum RevocationEvidence {
    private static let maximumResponses = 16

    /// DER, not parsed.
    static func responses(in properties: XMLElement) throws(SignedDocumentFailure) -> [[UInt8]] {
        let values =
            properties.child("RevocationValues", XMLNamespace.xades)?.child("OCSPValues", XMLNamespace.xades)?
            .children("EncapsulatedOCSPValue", XMLNamespace.xades) ?? []
        guard (1...maximumResponses).contains(values.count) else {
            throw .malformedSignature("not one to \(maximumResponses) OCSP responses")
        }
        let responses = values.compactMap(\.base64)
        guard responses.count == values.count, responses.allSatisfy({ !$0.isEmpty }) else {
            throw .malformedSignature("an OCSP response that is not base64")
        }
        return responses
    }
}
