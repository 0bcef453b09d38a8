import CSecurity

/// A certificate's subject or issuer. Two names are equal where their encodings are.
package struct DistinguishedName: Sendable {
    package struct Attribute: Sendable, Hashable {
        /// Dotted object identifier.
        package let oid: String
        /// Nil where the value is no character string.
        package let text: String?
        fileprivate let der: [UInt8]
    }

    package let der: [UInt8]
    /// The relative names from the top of the tree down, as encoded.
    package let relativeNames: [[Attribute]]

    private static let maximumAttributes = 32

    package init(der: [UInt8]) throws(PKIFailure) {
        var pointer: OpaquePointer?
        guard ura_name_parse(der, der.count, &pointer) == URA_OK, let pointer else {
            throw .malformed(.distinguishedName, reason: libraryReason())
        }
        defer { ura_name_release(pointer) }
        self.der = der
        relativeNames = try Self.attributes(of: pointer)
    }

    /// Composes a name of single-valued relative names, top of the tree first: `[("C", "AL"), ("O", "…"), ("CN", "…")]`.
    package init(_ attributes: [(type: String, text: String)]) throws(PKIFailure) {
        guard let name = ura_name_new() else { throw .cryptography(reason: libraryReason()) }
        defer { ura_name_release(name) }
        for attribute in attributes {
            guard !attribute.text.utf8.contains(0), let oid = AttributeType.oid(of: attribute.type),
                ura_name_append(name, oid, attribute.text, attribute.text.utf8.count) == URA_OK
            else { throw .invalidName(reason: "\(attribute.type)=\(attribute.text)") }
        }
        guard let der = ura_buffer.collected({ ura_name_encode(name, &$0) }) else {
            throw .cryptography(reason: libraryReason())
        }
        try self.init(der: der)
    }

    /// The first value of this type: `C`, `O`, `OU`, `CN`, `serialNumber`, `businessCategory`, … or a dotted identifier.
    package func value(_ type: String) -> String? { values(type).first }

    package func values(_ type: String) -> [String] {
        let oid = AttributeType.oid(of: type)
        return relativeNames.joined().filter { $0.oid == oid }.compactMap(\.text)
    }

    /// The text form of RFC 2253 as X-Road writes it in signatures: last relative name first, no space after the comma, keywords
    /// only for the types that the RFC lists, all others as `2.5.4.5=#13…`.
    package var rfc2253: String {
        relativeNames.reversed().map { $0.map(\.rfc2253).joined(separator: "+") }.joined(separator: ",")
    }

    private static func attributes(of name: OpaquePointer) throws(PKIFailure) -> [[Attribute]] {
        let count = ura_name_count(name)
        guard count <= maximumAttributes else { throw .malformed(.distinguishedName, reason: "\(count) attributes") }
        var relativeNames: [[Attribute]] = []
        var last: Int32?
        for index in 0..<count {
            var entry = ura_name_attribute()
            defer { ura_name_attribute_release(&entry) }
            guard ura_name_attribute_at(name, index, &entry) == URA_OK else {
                throw .malformed(.distinguishedName, reason: libraryReason())
            }
            let text = entry.text.bytes == nil ? nil : String(validating: entry.text.copy, as: UTF8.self)
            guard text?.utf8.contains(0) != true else { throw .malformed(.distinguishedName, reason: "zero byte in a value") }
            let oid = withUnsafeBytes(of: entry.oid) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            let attribute = Attribute(oid: oid, text: text, der: entry.value.copy)
            if entry.set == last {
                relativeNames[relativeNames.count - 1].append(attribute)
            } else {
                relativeNames.append([attribute])
            }
            last = entry.set
        }
        return relativeNames
    }
}

extension DistinguishedName: Hashable {
    package static func == (left: DistinguishedName, right: DistinguishedName) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

extension DistinguishedName: CustomStringConvertible {
    package var description: String { rfc2253 }
}

extension DistinguishedName.Attribute {
    fileprivate var rfc2253: String {
        guard let keyword = AttributeType.rfc2253Keyword(of: oid), let text else {
            return oid + "=#" + Hexadecimal.encode(der)
        }
        return keyword + "=" + Self.escaped(text)
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        let characters = Array(text.unicodeScalars)
        let firstInner = characters.firstIndex { $0 != " " } ?? characters.count
        let lastInner = characters.lastIndex { $0 != " " } ?? -1
        for (index, character) in characters.enumerated() {
            let isOuterSpace = character == " " && (index < firstInner || index > lastInner)
            if isOuterSpace || ",=+<>#;\"\\".unicodeScalars.contains(character) { escaped += "\\" }
            escaped.unicodeScalars.append(character)
        }
        return escaped
    }
}
