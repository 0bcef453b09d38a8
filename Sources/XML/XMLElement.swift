import CSecurity

/// An element of a document, which it keeps alive. Names are compared exactly; `nil` as namespace means none.
package struct XMLElement {
    package let document: XMLDocument
    let node: OpaquePointer

    /// Every access to the tree goes through here: the optimiser may otherwise end the document's life with its last
    /// mention in Swift, before libxml2 has read the node.
    private func read<Value>(_ access: (OpaquePointer) -> Value) -> Value {
        withExtendedLifetime(document) { access(node) }
    }

    private func wrap(_ node: OpaquePointer) -> XMLElement { XMLElement(document: document, node: node) }

    /// The local name.
    package var name: String { read { String(cString: ura_xml_name($0)) } }
    package var namespace: String? { read { ura_xml_namespace($0).map { String(cString: $0) } } }
    package var prefix: String? { read { ura_xml_prefix($0).map { String(cString: $0) } } }
    var qualifiedName: String { prefix.map { "\($0):\(name)" } ?? name }

    package var parent: XMLElement? { read(ura_xml_parent).map(wrap) }
    var firstChild: XMLElement? { read(ura_xml_first_child).map(wrap) }
    var nextSibling: XMLElement? { read(ura_xml_next_sibling).map(wrap) }

    package func named(_ name: String, _ namespace: String?) -> Bool { read { ura_xml_is($0, name, namespace) } }
}

/// Elements below
extension XMLElement {
    package var children: [XMLElement] { read { node in select(below: node) { _ in true } } }

    package func children(_ name: String, _ namespace: String?) -> [XMLElement] {
        read { node in select(below: node) { ura_xml_is($0, name, namespace) } }
    }

    /// The first child of that name. Where a second one would be a fault, ask for `children`.
    package func child(_ name: String, _ namespace: String?) -> XMLElement? {
        read { node in
            var next = ura_xml_first_child(node)
            while let current = next, !ura_xml_is(current, name, namespace) { next = ura_xml_next_sibling(current) }
            return next.map(wrap)
        }
    }

    private func select(below node: OpaquePointer, where wanted: (OpaquePointer) -> Bool) -> [XMLElement] {
        var found: [XMLElement] = []
        var next = ura_xml_first_child(node)
        while let current = next {
            if wanted(current) { found.append(wrap(current)) }
            next = ura_xml_next_sibling(current)
        }
        return found
    }
}

/// Text
extension XMLElement {
    /// All character data below the element in document order. Comments and instructions count for nothing, so that
    /// `abc<!-- -->def` reads `abcdef`; ask `containsOnlyText` where such a value is to be refused.
    package var text: String {
        read { node in
            var owned: UnsafeMutablePointer<CChar>?
            defer { ura_xml_free(owned) }
            guard let text = ura_xml_text(node, &owned) else { return "" }
            return String(cString: text)
        }
    }

    /// False where an element, a comment or a processing instruction stands inside.
    package var containsOnlyText: Bool { read(ura_xml_contains_only_text) }
}

/// Attributes
extension XMLElement {
    /// The value of the attribute of exactly that name and namespace; an `id` and an `x:id` are different attributes.
    package func attribute(_ name: String, namespace: String? = nil) -> String? {
        read { ura_xml_attribute_named($0, name, namespace).map { String(cString: $0) } }
    }

    /// In document order, without namespace declarations.
    package var attributes: [XMLAttribute] {
        read { node in
            var found: [XMLAttribute] = []
            var next = ura_xml_first_attribute(node)
            while let current = next {
                found.append(XMLAttribute(current))
                next = ura_xml_next_attribute(current)
            }
            return found
        }
    }
}

package struct XMLAttribute: Equatable, Sendable {
    package let name: String
    package let namespace: String?
    package let value: String

    fileprivate init(_ attribute: OpaquePointer) {
        name = String(cString: ura_xml_attribute_name(attribute))
        namespace = ura_xml_attribute_namespace(attribute).map { String(cString: $0) }
        value = String(cString: ura_xml_attribute_value(attribute))
    }
}

extension XMLElement: Equatable {
    /// The same place of the same document.
    package static func == (left: XMLElement, right: XMLElement) -> Bool { left.node == right.node }
}
