/// Rule: every id is an `Id` without a namespace, and unique: `#id` means one element to every reader, whatever it takes for ids.
enum UniqueIds {
    static func check(_ tree: DocumentTree) throws(SignedDocumentFailure) {
        var values: Set<String> = []
        for id in tree.ids {
            guard id.name == "Id", id.namespace == nil, values.insert(id.value).inserted else {
                throw .malformedSignature("an id that is not unique or not spelt Id")
            }
        }
    }
}
