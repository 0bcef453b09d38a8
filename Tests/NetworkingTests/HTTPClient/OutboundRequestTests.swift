import Synchronization
import Testing

@testable import Networking

/// What goes over the wire is what was given, and nothing else.
@Suite struct OutboundRequestTests {
    /// Everything one request puts on the wire, and the answer to it.
    private func sent(_ request: (String) -> OutboundRequest, bodyLength: Int = 0) async throws -> String {
        let seen = Mutex("")
        let server = try ScriptedServer { connection in
            let head = connection.readHead() ?? ""
            let body = connection.read(bodyLength)
            seen.withLock { $0 = head + String(decoding: body, as: UTF8.self) }
            try connection.write("HTTP/1.1 204 No Content\r\n\r\n")
        }
        let response = try await OutboundHTTP().request(request(server.url))
        #expect(response.status == 204)
        #expect(response.reason == "No Content")
        return seen.withLock { $0 }.replacing("127.0.0.1:\(server.port)", with: "HOST")
    }

    @Test(arguments: [OutboundMethod.get, .head, .delete, .options, .trace])
    func withoutBody(_ method: OutboundMethod) async throws {
        let text = try await sent { OutboundRequest(method, $0 + "/a/../b?c=%20") }
        #expect(text == "\(method.rawValue) /a/../b?c=%20 HTTP/1.1\r\nHost: HOST\r\n\r\n")
    }

    @Test(arguments: [OutboundMethod.post, .put, .patch])
    func emptyBodySaysSo(_ method: OutboundMethod) async throws {
        let text = try await sent { OutboundRequest(method, $0 + "/") }
        #expect(text == "\(method.rawValue) / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\n\r\n")
    }

    @Test(arguments: [OutboundMethod.get, .post, .put, .patch, .delete, .options])
    func bytes(_ method: OutboundMethod) async throws {
        let text = try await sent({ OutboundRequest(method, $0 + "/", body: .bytes(Array("hello".utf8))) }, bodyLength: 5)
        #expect(text == "\(method.rawValue) / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n\r\nhello")
    }

    @Test func headersInOrderWithRepeatsAndEmptyValues() async throws {
        let headers = [
            OutboundField("X-B", "1"), OutboundField("x-a", "ä, \"q\"; t"), OutboundField("X-B", "2"),
            OutboundField("X-Empty", ""),
            OutboundField("Accept", "text/xml"), OutboundField("User-Agent", "test"),
        ]
        let text = try await sent { OutboundRequest(.get, $0 + "/", headers: headers) }
        #expect(
            text
                == "GET / HTTP/1.1\r\nHost: HOST\r\nX-B: 1\r\nx-a: ä, \"q\"; t\r\nX-B: 2\r\nX-Empty:\r\nAccept: text/xml\r\n"
                + "User-Agent: test\r\n\r\n")
    }

    @Test func streamWithLength() async throws {
        let chunks = Mutex(["hel", "", "lo"])
        let next: @Sendable () async throws -> [UInt8]? = {
            chunks.withLock { $0.isEmpty ? nil : Array($0.removeFirst().utf8) }
        }
        let text = try await sent({ OutboundRequest(.post, $0 + "/", body: .stream(length: 5, next: next)) }, bodyLength: 5)
        #expect(text == "POST / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\n\r\nhello")
    }

    @Test func streamWithoutLengthIsChunked() async throws {
        let chunks = Mutex(["hello"])
        let next: @Sendable () async throws -> [UInt8]? = {
            chunks.withLock { $0.isEmpty ? nil : Array($0.removeFirst().utf8) }
        }
        let coded = "5\r\nhello\r\n0\r\n\r\n"
        let text = try await sent(
            { OutboundRequest(.post, $0 + "/", body: .stream(length: nil, next: next)) }, bodyLength: coded.utf8.count)
        #expect(text == "POST / HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\n" + coded)
    }

    private static let unacceptable: [(OutboundRequest, String)] = [
        (OutboundRequest(.get, "ftp://127.0.0.1/"), "neither http nor https"),
        (OutboundRequest(.get, "file:///etc/passwd"), "neither http nor https"),
        (OutboundRequest(.get, "http://user:secret@127.0.0.1/"), "URL"),
        (OutboundRequest(.get, "http://127.0.0.1/a b"), "space"),
        (OutboundRequest(.get, "http://127.0.0.1/\r\nX: y"), "space"),
        (OutboundRequest(.get, "http://"), "URL"),
        (OutboundRequest(.get, ""), "URL"),
        (OutboundRequest(.get, "http://127.0.0.1/", headers: [OutboundField("X", "a\r\nY: b")]), "header line"),
        (OutboundRequest(.get, "http://127.0.0.1/", headers: [OutboundField("X", "a\0")]), "header line"),
        (OutboundRequest(.get, "http://127.0.0.1/", headers: [OutboundField("X Y", "a")]), "header line"),
        (OutboundRequest(.get, "http://127.0.0.1/", headers: [OutboundField("", "a")]), "header line"),
        (OutboundRequest(.get, "http://127.0.0.1/", headers: [OutboundField("HOST", "b")]), "client's to set"),
        (OutboundRequest(.get, "http://127.0.0.1/", headers: [OutboundField("Content-Length", "3")]), "client's to set"),
        (OutboundRequest(.get, "http://127.0.0.1/", headers: [OutboundField("Transfer-Encoding", "chunked")]), "client's to set"),
        (OutboundRequest(.head, "http://127.0.0.1/", body: .bytes([1])), "HEAD"),
        (OutboundRequest(.post, "http://127.0.0.1/", body: .stream(length: -1, next: { nil })), "negative"),
    ]

    @Test(arguments: unacceptable.indices)
    func isRefusedBeforeAnythingIsSent(_ index: Int) async throws {
        let (request, words) = Self.unacceptable[index]
        let failure = await #expect(throws: NetworkingFailure.self) { try await OutboundHTTP().request(request) }
        guard case .invalidRequest(let reason) = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(reason.contains(words), "\(reason)")
    }
}
