import MessageCodecs
import TestSupport

/// One HTTP message as it went over the wire, with its chunk framing taken off.
struct HTTPCapture {
    let startLine: String
    let fields: [(name: String, value: String)]
    let body: [UInt8]

    struct Malformed: Error {}

    /// Nil where the reference vectors are not at hand.
    static func vector(_ name: String) throws -> HTTPCapture? {
        try Vectors.bytes("transport-messages/captured/\(name)").map(HTTPCapture.init)
    }

    init(_ bytes: [UInt8]) throws {
        let separator = Array("\r\n\r\n".utf8)
        guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: separator) }) else { throw Malformed() }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n").map(String.init)
        startLine = lines[0]
        fields = lines.dropFirst().map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), String(line[colon...].dropFirst().drop { $0 == " " }))
        }
        let rest = bytes[(end + 4)...]
        let chunked = fields.contains { $0.name == "Transfer-Encoding" && $0.value == "chunked" }
        body = chunked ? try Self.joined(chunks: rest) : Array(rest)
    }

    func value(_ name: String) -> String { fields.first { $0.name == name }?.value ?? "" }

    var contentType: ContentType {
        get throws { try ContentType(value("Content-Type")) }
    }

    private static func joined(chunks: ArraySlice<UInt8>) throws -> [UInt8] {
        var rest = chunks
        var body: [UInt8] = []
        while let lineEnd = rest.firstIndex(of: 13), let size = Int(String(decoding: rest[..<lineEnd], as: UTF8.self), radix: 16)
        {
            if size == 0 { return body }
            let start = lineEnd + 2
            body += rest[start..<(start + size)]
            rest = rest[(start + size + 2)...]
        }
        throw Malformed()
    }
}
