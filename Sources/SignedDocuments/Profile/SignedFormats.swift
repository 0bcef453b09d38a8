import XML

/// Rule: `DataObjectFormat` speaks of something that is signed, by the reference's id or, as X-Road did up to 2014, by its URI.
enum SignedFormats {
    static func check(_ formats: [XMLElement], _ parts: [SignatureReference]) throws(SignedDocumentFailure) {
        let targets = Set(parts.compactMap { part in part.id.map { "#" + $0 } } + parts.map(\.uri))
        for format in formats {
            guard format.isXAdES("DataObjectFormat"), let target = format.attribute("ObjectReference"), targets.contains(target)
            else { throw .malformedSignature("a data object property of something that is not signed") }
        }
    }
}
