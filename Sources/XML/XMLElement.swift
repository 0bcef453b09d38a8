import CSecurity

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

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

    package func named(_ name: String, _ namespace: String?) -> Bool {
        read { node in Self.withNames(name, namespace) { ura_xml_is(node, $0, $1) } }
    }

    /// Both as C has them; without a copy, which passing a `String` as an argument makes.
    private static func withNames<Value>(
        _ name: String, _ namespace: String?, _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>?) -> Value
    ) -> Value {
        name.withCString { name in
            guard let namespace else { return body(name, nil) }
            return namespace.withCString { body(name, $0) }
        }
    }
}

/// Elements below
extension XMLElement {
    package var children: [XMLElement] {
        read { node in
            var found: [XMLElement] = []
            found.reserveCapacity(ura_xml_child_count(node))
            forEachChild(of: node) { found.append(wrap($0)) }
            return found
        }
    }

    package func children(_ name: String, _ namespace: String?) -> [XMLElement] {
        read { node in
            Self.withNames(name, namespace) { name, namespace in
                var found: [XMLElement] = []
                forEachChild(of: node) { if ura_xml_is($0, name, namespace) { found.append(wrap($0)) } }
                return found
            }
        }
    }

    /// The first child of that name. Where a second one would be a fault, ask for `children`.
    package func child(_ name: String, _ namespace: String?) -> XMLElement? {
        read { node in
            Self.withNames(name, namespace) { name, namespace in
                var next = ura_xml_first_child(node)
                while let current = next, !ura_xml_is(current, name, namespace) { next = ura_xml_next_sibling(current) }
                return next.map(wrap)
            }
        }
    }

    private func forEachChild(of node: OpaquePointer, _ body: (OpaquePointer) -> Void) {
        var next = ura_xml_first_child(node)
        while let current = next {
            body(current)
            next = ura_xml_next_sibling(current)
        }
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
        read { node in
            Self.withNames(name, namespace) { ura_xml_attribute_named(node, $0, $1).map { String(cString: $0) } }
        }
    }

    /// In document order, without namespace declarations.
    package var attributes: [XMLAttribute] { attributes { _ in true } }

    /// Those of that local name, whatever the case of its ASCII letters and whatever their namespace.
    package func attributes(spelling name: String) -> [XMLAttribute] {
        name.withCString { name in attributes { strcasecmp(ura_xml_attribute_name($0), name) == 0 } }
    }

    private func attributes(where wanted: (OpaquePointer) -> Bool) -> [XMLAttribute] {
        read { node in
            var found: [XMLAttribute] = []
            var next = ura_xml_first_attribute(node)
            while let current = next {
                if wanted(current) { found.append(XMLAttribute(current)) }
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
