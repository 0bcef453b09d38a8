import PKI

/// Captured bytes as text, to pick encoded values out of without the readers of other targets.
struct CapturedText {
    private let text: String

    init(plain bytes: [UInt8]) { text = String(decoding: bytes, as: UTF8.self) }

    /// The body of an HTTP message, with chunk framing taken off where its head says so.
    init(http bytes: [UInt8]) {
        var rest = bytes[...]
        var body: [UInt8] = []
        let blank = Array("\r\n\r\n".utf8)
        while !rest.isEmpty, !rest.starts(with: blank) { rest = rest.dropFirst() }
        let head = String(decoding: bytes[..<rest.startIndex], as: UTF8.self).lowercased()
        rest = rest.dropFirst(4)
        guard head.contains("transfer-encoding: chunked") else {
            self.init(plain: Array(rest))
            return
        }
        while let end = rest.firstIndex(of: 0x0D) {
            let size = Int(String(decoding: rest[..<end], as: UTF8.self), radix: 16) ?? 0
            guard size > 0 else { break }
            body += rest[(end + 2)...].prefix(size)
            rest = rest[(end + 2)...].dropFirst(size + 2)
        }
        self.init(plain: body)
    }

    /// The content of every element with this name as written.
    func base64Values(of name: String) -> [[UInt8]] {
        text.split(separator: "<\(name)").dropFirst().compactMap { piece -> [UInt8]? in
            guard let start = piece.firstIndex(of: ">"), piece.first == ">" || piece.first == " " else { return nil }
            let content = piece[piece.index(after: start)...].prefix { $0 != "<" }
            return Base64.decode(spaced: String(content.replacing("&#13;", with: "")))
        }
    }
}
