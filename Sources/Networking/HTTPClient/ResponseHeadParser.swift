/// Makes a `ReceivedHead` of the lines that libcurl gives; interim responses (1xx) are passed over.
struct ResponseHeadParser {
    enum Step {
        case more
        case head(ReceivedHead)
        /// Why it is none.
        case refused(String)
    }

    /// Bytes of all heads together.
    private let limit: Int
    private var byteCount = 0
    private var head: ReceivedHead?

    init(limit: Int) { self.limit = limit }

    mutating func add(_ bytes: UnsafeRawBufferPointer) -> Step {
        byteCount += bytes.count
        guard byteCount <= limit else { return .refused("a head over \(limit) bytes") }
        var line = bytes[...]
        while let last = line.last, last == UInt8(ascii: "\n") || last == UInt8(ascii: "\r") { line.removeLast() }
        if line.isEmpty { return end() }
        if line.starts(with: "HTTP/".utf8) && !isInHead { return begin(line) }
        return addField(line)
    }

    /// After a status line that is no interim response's.
    private var isInHead: Bool { head != nil }

    private mutating func end() -> Step {
        guard let head else { return .more }
        self.head = nil
        if let reason = Self.framingFault(head.headers) { return .refused(reason) }
        return head.status < 200 ? .more : .head(head)
    }

    /// Two readings of where the body ends (RFC 9112 6.3): libcurl would choose one.
    private static func framingFault(_ headers: [OutboundField]) -> String? {
        let lengths = Set(headers.filter { $0.name.lowercased() == "content-length" }.map(\.value))
        guard let length = lengths.first else { return nil }
        if lengths.count > 1 { return "several content lengths" }
        if length.isEmpty || !length.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return "a content length that is no number"
        }
        let isCoded = headers.contains { $0.name.lowercased() == "transfer-encoding" }
        return isCoded ? "content length and transfer coding" : nil
    }

    /// `HTTP/1.1 200 OK` (RFC 9112 4); the reason may be absent.
    private mutating func begin(_ line: Slice<UnsafeRawBufferPointer>) -> Step {
        let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[1].count == 3, let status = Int(Self.text(parts[1])), (100...599).contains(status) else {
            return .refused("no status line")
        }
        head = ReceivedHead(status: status, reason: parts.count == 3 ? Self.text(parts[2]) : "", headers: [])
        return .more
    }

    private mutating func addField(_ line: Slice<UnsafeRawBufferPointer>) -> Step {
        guard head != nil, let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > line.startIndex,
            line[..<colon].allSatisfy(OutboundField.isNameByte)
        else { return .refused("a header line without a name") }
        head?.headers.append(OutboundField(Self.text(line[..<colon]), Self.text(Self.trimmed(line[(colon + 1)...]))))
        return .more
    }

    private static func trimmed(_ value: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        var value = value.drop(while: isBlank)
        while let last = value.last, isBlank(last) { value.removeLast() }
        return value
    }

    /// UTF-8, else ISO-8859-1.
    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(validating: bytes, as: UTF8.self) ?? String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
    }
}
