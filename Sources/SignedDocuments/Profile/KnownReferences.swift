/// Rule: references are to the known names of parts and to nothing else: no file, no network address, no fragment.
enum KnownReferences {
    static func check(_ parts: [SignatureReference]) throws(SignedDocumentFailure) {
        let names = parts.map(\.uri)
        guard names != [PartName.hashChainResult], let other = names.first(where: { !PartName.isMessagePart($0) }) else { return }
        throw .invalidReference(other)
    }
}
