import XML

/// What rules ask of the whole document, gathered in one walk.
struct DocumentTree {
    private(set) var signatures = 0
    /// Every attribute that some reader could take for an id.
    private(set) var ids: [XMLAttribute] = []

    init(_ root: XMLElement) {
        var open = [root]
        while let element = open.popLast() {
            if element.isSignature("Signature") { signatures += 1 }
            ids += element.attributes(spelling: "id")
            open += element.children
        }
    }
}
