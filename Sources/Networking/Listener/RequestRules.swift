import NIOHTTP1

/// What NIO's parser lets through and this server does not: anything that two readers of one request could understand differently
/// (RFC 9112 3.2, 6.1; RFC 9110 10.1.1).
enum RequestRules {
    /// The status to refuse the request with, or nil.
    static func violation(of head: HTTPRequestHead, maximumBodyBytes: Int) -> HTTPResponseStatus? {
        guard head.method != .CONNECT else { return .notImplemented }
        guard isText(head.uri), head.headers.allSatisfy({ isText($0.name) && isText($0.value) }) else { return .badRequest }
        let hosts = head.headers[canonicalForm: "host"].count
        guard hosts == 1 || hosts == 0 && head.version == .http1_0 else { return .badRequest }
        if let status = framingViolation(of: head, maximumBodyBytes: maximumBodyBytes) { return status }
        for expectation in head.headers["expect"] where !expectation.isSameField(as: "100-continue") {
            return .expectationFailed
        }
        return nil
    }

    private static func framingViolation(of head: HTTPRequestHead, maximumBodyBytes: Int) -> HTTPResponseStatus? {
        let codings = head.headers["transfer-encoding"]
        if let coding = codings.first {
            guard head.version == .http1_1, codings.count == 1 else { return .badRequest }
            return coding.isSameField(as: "chunked") ? nil : .notImplemented
        }
        guard let length = head.headers.first(name: "content-length") else { return nil }
        guard let length = Int(length) else { return .payloadTooLarge }
        return length <= maximumBodyBytes ? nil : .payloadTooLarge
    }

    /// NIO puts U+FFFD in place of bytes that are not UTF-8: what is forwarded would not be what was sent.
    private static func isText(_ text: String) -> Bool {
        var utf8 = text.utf8.makeIterator()
        var last: (UInt8, UInt8) = (0, 0)
        while let byte = utf8.next() {
            if last == (0xEF, 0xBF), byte == 0xBD { return false }
            last = (last.1, byte)
        }
        return true
    }
}
