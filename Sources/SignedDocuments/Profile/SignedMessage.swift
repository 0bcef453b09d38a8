/// Rule: the message is signed, itself or through a hash chain whose result is then the only part that is signed. A signature that
/// holds but covers no message proves nothing; X-Road asked for it only from June 2026 (XRDDEV-3259).
enum SignedMessage {
    static func check(_ parts: [SignatureReference]) throws(SignedDocumentFailure) {
        let names = parts.map(\.uri)
        guard names == [PartName.hashChainResult] || names.contains(PartName.message) else {
            throw .malformedSignature("neither \(PartName.message) nor \(PartName.hashChainResult) alone is signed")
        }
    }
}
