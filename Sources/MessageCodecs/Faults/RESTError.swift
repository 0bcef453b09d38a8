import XML

/// A fault as the HTTP answer to a REST client (PR-REST 4.6).
package struct RESTError: Sendable, Equatable {
    /// 500 for security servers and services, 400 for the client's own request.
    package let status: Int
    package let contentType: String
    /// For the header `X-Road-Error`.
    package let code: String
    package let body: [UInt8]

    /// `accept` holds the values of the request's Accept fields. JSON, unless XML is asked for.
    package init(_ fault: Fault, accept: [String]) {
        status = fault.code.lowercasedASCII().hasPrefix("server.") ? 500 : 400
        code = fault.code
        let mediaType = Self.mediaType(accept)
        contentType = "\(mediaType);charset=utf-8"
        let members = [("type", fault.code), ("message", fault.message), ("detail", fault.detail)]
        let text =
            mediaType == MediaType.json
            ? "{" + members.map { "\"\($0)\":\(Self.json($1))" }.joined(separator: ",") + "}"
            : "<?xml version=\"1.0\" encoding=\"UTF-8\"?><error>"
                + members.map { "<\($0)>\(XMLText.escape(text: $1))</\($0)>" }.joined() + "</error>"
        body = Array(text.utf8)
    }

    private static func mediaType(_ accept: [String]) -> String {
        for value in accept {
            for range in value.split(separator: ",") {
                let type = range.prefix { $0 != ";" }.filter { $0 != " " && $0 != "\t" }.lowercasedASCII()
                switch type {
                case MediaType.xml, "text/*": return MediaType.xml
                case MediaType.applicationXML: return MediaType.applicationXML
                default: continue
                }
            }
        }
        return MediaType.json
    }

    private static func json(_ text: String) -> String {
        var escaped = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": escaped += "\\\(scalar)"
            case "\u{0}"..<" ":
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped + "\""
    }
}
