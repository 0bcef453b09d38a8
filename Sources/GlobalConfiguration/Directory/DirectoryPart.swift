/// One entry of a multipart: header fields and body. Names compare without case; a field may stand once only.
struct DirectoryPart {
    let body: ArraySlice<UInt8>
    private var fields: [String: String] = [:]

    /// The fields end with a blank line or with the entry.
    init(reading entry: ArraySlice<UInt8>, limits: ConfigurationLimits) throws(ConfigurationFailure) {
        var lines: [String] = []
        var start = entry.startIndex
        while start < entry.endIndex {
            let end = entry[start...].firstIndex(of: 0x0A) ?? entry.endIndex
            var line = entry[start..<end]
            if line.last == 0x0D { line = line.dropLast() }
            start = min(end + 1, entry.endIndex)
            if line.isEmpty { break }
            try Self.append(line, to: &lines, limits: limits)
        }
        body = entry[start...]
        for line in lines { try add(line) }
    }

    /// Adds a line; one that begins with a blank continues the line before (RFC 5322 2.2.3).
    private static func append(
        _ line: ArraySlice<UInt8>, to lines: inout [String], limits: ConfigurationLimits
    ) throws(ConfigurationFailure) {
        guard line.count <= limits.headerBytes, lines.count < limits.headerLines else {
            throw .tooLarge("a header of the directory")
        }
        guard line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }), let text = String(validating: line, as: UTF8.self)
        else {
            throw .malformedDirectory("a header holds control characters or is not UTF-8")
        }
        if text.first == " " || text.first == "\t", let last = lines.popLast() {
            guard last.utf8.count + text.utf8.count <= limits.headerBytes else { throw .tooLarge("a header of the directory") }
            lines.append(last + text)
        } else {
            lines.append(text)
        }
    }

    private mutating func add(_ line: String) throws(ConfigurationFailure) {
        guard let colon = line.firstIndex(of: ":") else { throw .malformedDirectory("a header has no colon") }
        let name = line[..<colon].lowercased()
        guard !name.isEmpty, !name.contains(where: { $0 == " " || $0 == "\t" }) else {
            throw .malformedDirectory("a header has no proper name")
        }
        guard fields.updateValue(line[line.index(after: colon)...].trimmed, forKey: name) == nil else {
            throw .malformedDirectory("header \(name) stands twice")
        }
    }

    subscript(name: String) -> String? {
        guard let value = fields[name.lowercased()], !value.isEmpty else { return nil }
        return value
    }

    func required(_ name: String) throws(ConfigurationFailure) -> String {
        guard let value = self[name] else { throw .missingField(name) }
        return value
    }

    /// Refuses another value than the one that PR-GCONF fixes.
    func require(_ name: String, _ expected: String) throws(ConfigurationFailure) {
        guard try required(name).lowercased() == expected else {
            throw .malformedDirectory("\(name) must be \(expected)")
        }
    }
}
