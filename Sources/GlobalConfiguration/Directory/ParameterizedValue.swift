/// A header value with parameters: `value; name=token; name="quoted"`. X-Road's central server quotes with apostrophes.
struct ParameterizedValue {
    let value: String
    private var parameters: [String: String] = [:]

    init(_ text: String) throws(ConfigurationFailure) {
        var rest = text[...]
        value = rest.prefix { $0 != ";" }.trimmed
        rest = rest.drop { $0 != ";" }
        while rest.first == ";" {
            rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
            if rest.isEmpty { break }
            let name = rest.prefix { $0 != "=" && $0 != ";" }.trimmed.lowercased()
            rest = rest.drop { $0 != "=" && $0 != ";" }
            guard rest.first == "=" else { throw .malformedDirectory("a header parameter has no value") }
            rest = rest.dropFirst()
            let parameter: Substring
            if let quote = rest.first, quote == "\"" || quote == "'" {
                parameter = rest.dropFirst().prefix { $0 != quote }
                rest = rest.dropFirst().drop { $0 != quote }
                guard !rest.isEmpty else { throw .malformedDirectory("a quoted header parameter has no end") }
                rest = rest.dropFirst().drop { $0 == " " || $0 == "\t" }
                guard rest.isEmpty || rest.first == ";" else { throw .malformedDirectory("text after a header parameter") }
            } else {
                parameter = rest.prefix { $0 != ";" }
                rest = rest.drop { $0 != ";" }
            }
            guard parameters.updateValue(parameter.trimmed, forKey: name) == nil else {
                throw .malformedDirectory("header parameter \(name) stands twice")
            }
        }
    }

    subscript(name: String) -> String? {
        guard let parameter = parameters[name], !parameter.isEmpty else { return nil }
        return parameter
    }
}

extension StringProtocol {
    /// Without blanks and tabs at either end.
    var trimmed: String {
        let start = drop { $0 == " " || $0 == "\t" }
        guard let last = start.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
        return String(start[...last])
    }
}
