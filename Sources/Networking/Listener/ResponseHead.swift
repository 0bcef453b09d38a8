import NIOCore
import NIOHTTP1

/// How the end of a response body is told (RFC 9112 6).
enum BodyFraming: Equatable {
    case none
    /// Bytes that are still to come.
    case length(Int)
    case chunked
    /// By the end of the connection, for HTTP/1.0.
    case untilClose
}

/// The head of a response as bytes. Fields that frame the message are this server's own; the caller's are left out.
struct ResponseHead {
    let status: Int
    let reason: String?
    let fields: [(String, String)]
    let framing: BodyFraming
    /// The value of Content-Length where it is sent without `framing` being that length, as for HEAD.
    let announcedLength: Int?
    let keepsAlive: Bool
    let date: String

    /// Nil where a field would break out of its line.
    func write(to buffer: inout ByteBuffer) -> Bool {
        let reason = self.reason ?? HTTPResponseStatus(statusCode: status).reasonPhrase
        guard (100...999).contains(status), HTTPFieldRules.isValue(reason) else { return false }
        buffer.writeString("HTTP/1.1 \(status) \(reason)\r\n")
        var hasDate = false
        for (name, value) in fields where !Self.isOwn(name) {
            guard HTTPFieldRules.isName(name), HTTPFieldRules.isValue(value) else { return false }
            hasDate = hasDate || name.isSameField(as: "date")
            Self.append(name, value, to: &buffer)
        }
        if !hasDate { Self.append("Date", date, to: &buffer) }
        switch framing {
        case .chunked: Self.append("Transfer-Encoding", "chunked", to: &buffer)
        case .length(let length): Self.append("Content-Length", String(length), to: &buffer)
        case .none, .untilClose:
            if let announcedLength { Self.append("Content-Length", String(announcedLength), to: &buffer) }
        }
        Self.append("Connection", keepsAlive ? "keep-alive" : "close", to: &buffer)
        buffer.writeStaticString("\r\n")
        return true
    }

    private static func append(_ name: String, _ value: String, to buffer: inout ByteBuffer) {
        buffer.writeString(name)
        buffer.writeStaticString(": ")
        buffer.writeString(value)
        buffer.writeStaticString("\r\n")
    }

    private static func isOwn(_ name: String) -> Bool {
        switch name.utf8.count {
        case 7: name.isSameField(as: "trailer") || name.isSameField(as: "upgrade")
        case 10: name.isSameField(as: "connection") || name.isSameField(as: "keep-alive")
        case 14: name.isSameField(as: "content-length")
        case 17: name.isSameField(as: "transfer-encoding")
        default: false
        }
    }
}
