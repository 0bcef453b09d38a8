/// Writes the frame of a multipart around parts that the caller sends: each call gives the bytes to send before the part's content.
/// Line ends and the spelling of headers are X-Road's. The boundary must not occur in any part; who makes it at random has that.
package struct MultipartEncoder: Sendable {
    private var boundaries: [String]
    private var begun = false

    package init(boundary: String) { boundaries = [boundary] }

    package mutating func beginPart(_ headers: MIMEHeaders) -> [UInt8] {
        var bytes = delimiter()
        if let contentType = headers.contentType { Self.write(MIMEHeaders.contentTypeName, contentType.text, to: &bytes) }
        for field in headers.others { Self.write(field.name, field.value, to: &bytes) }
        bytes += "\r\n".utf8
        return bytes
    }

    /// Begins a part that is itself a multipart; the parts that follow are its.
    package mutating func beginNested(boundary: String) -> [UInt8] {
        let bytes = beginPart(MIMEHeaders(contentType: .multipartMixed(boundary: boundary)))
        boundaries.append(boundary)
        return bytes
    }

    /// Ends the innermost multipart, in the end the whole.
    package mutating func end() -> [UInt8] {
        guard let boundary = boundaries.popLast() else { return [] }
        return Array("\r\n--\(boundary)--\r\n".utf8)
    }

    private mutating func delimiter() -> [UInt8] {
        guard let boundary = boundaries.last else { return [] }
        defer { begun = true }
        return Array("\(begun ? "\r\n" : "")--\(boundary)\r\n".utf8)
    }

    private static func write(_ name: String, _ value: String, to bytes: inout [UInt8]) {
        bytes += Latin1.encode(name)
        bytes += ": ".utf8
        bytes += Latin1.encode(value)
        bytes += "\r\n".utf8
    }
}
