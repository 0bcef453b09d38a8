import Foundation

/// Small documents that people also read: names sorted, one to a line.
enum JSONDocument {
    static func encode(_ value: some Encodable) throws(MessageLogFailure) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        do { return [UInt8](try encoder.encode(value)) + [0x0A] } catch { throw .planRefused(reason: "\(error)") }
    }

    /// All in one line.
    static func line(_ fields: [String: String]) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(fields)).map { [UInt8]($0) }
    }

    /// Nil for anything else than such a document.
    static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) -> Value? {
        try? JSONDecoder().decode(type, from: Data(bytes))
    }
}
