import Testing

@testable import Networking

/// Requests that two readers could understand differently: refused, the connection closed, nothing after them served.
@Suite struct RequestSmugglingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let request: String
        let status: String
        var testDescription: String { name }
    }

    private static let smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n"

    static let cases = [
        Case(
            name: "CL.TE",
            request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG" + smuggled,
            status: "400"),
        Case(
            name: "TE.CL",
            request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n" + smuggled,
            status: "400"),
        Case(
            name: "two Content-Length", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            status: "400"),
        Case(
            name: "two equal Content-Length",
            request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", status: "400"),
        Case(name: "Content-Length list", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1, 1\r\n\r\na", status: "400"),
        Case(name: "signed Content-Length", request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\na", status: "400"),
        Case(
            name: "Content-Length overflow",
            request: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\na", status: "400"),
        Case(
            name: "xchunked", request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n" + smuggled,
            status: "501"),
        Case(
            name: "chunked twice",
            request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            status: "400"),
        Case(
            name: "another coding before chunked",
            request: "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", status: "501"),
        Case(
            name: "chunked in HTTP/1.0", request: "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled,
            status: "400"),
        Case(name: "bare LF after the request line", request: "GET / HTTP/1.1\nHost: a\r\n\r\n", status: "505"),
        Case(name: "bare LF after a field", request: "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", status: "400"),
        Case(name: "bare LF at the head's end", request: "GET / HTTP/1.1\r\nHost: a\r\n\n", status: "400"),
        Case(name: "bare CR in a field", request: "GET / HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n", status: "400"),
        Case(name: "NUL in a field", request: "GET / HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n", status: "400"),
        Case(name: "obs-fold", request: "GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n", status: "400"),
        Case(
            name: "space before the colon", request: "GET / HTTP/1.1\r\nHost: a\r\nContent-Length : 5\r\n\r\nhello", status: "400"
        ),
        Case(name: "space before the first field", request: "GET / HTTP/1.1\r\n Host: a\r\n\r\n", status: "400"),
        Case(name: "empty field name", request: "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n", status: "400"),
        Case(name: "no Host", request: "GET / HTTP/1.1\r\n\r\n", status: "400"),
        Case(name: "two Hosts", request: "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", status: "400"),
        Case(name: "unknown version", request: "GET / HTTP/3.7\r\nHost: a\r\n\r\n", status: "505"),
        Case(name: "HTTP/2 preface", request: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", status: "400"),
        Case(name: "unknown method", request: "FROBNICATE / HTTP/1.1\r\nHost: a\r\n\r\n", status: "501"),
        Case(name: "CONNECT", request: "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", status: "501"),
        Case(name: "unknown expectation", request: "POST / HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n", status: "417"),
        Case(name: "not HTTP", request: "\u{16}\u{3}\u{1}hello\r\n\r\n", status: "501"),
        Case(
            name: "head over the limit",
            request: "GET / HTTP/1.1\r\nHost: a\r\nX: \(String(repeating: "x", count: 40_000))\r\n\r\n",
            status: "431"),
        Case(
            name: "target over the limit", request: "GET /\(String(repeating: "x", count: 40_000)) HTTP/1.1\r\nHost: a\r\n\r\n",
            status: "431"),
        Case(
            name: "too many fields", request: "GET / HTTP/1.1\r\nHost: a\r\n\(String(repeating: "X: y\r\n", count: 200))\r\n",
            status: "431"),
    ]

    @Test(arguments: cases) func isRefused(_ testCase: Case) async throws {
        let said = try await withListener(handler: echo) { try await conversation($0, testCase.request) }
        #expect(said.hasPrefix("HTTP/1.1 \(testCase.status) "), "\(said.prefix(200))")
        #expect(said.contains("Connection: close"))
        #expect(!said.contains("smuggled"))
    }

    /// The head is sound and reaches the handler, which sees the body fail.
    static let malformedBodies = [
        Case(name: "chunk length not a number", request: "zz\r\nhello\r\n0\r\n\r\n", status: ""),
        Case(name: "chunk length overflow", request: "FFFFFFFFFFFFFFFFF\r\nhello\r\n0\r\n\r\n", status: ""),
        Case(name: "chunk longer than its length", request: "3\r\nhello\r\n0\r\n\r\n", status: ""),
        Case(name: "bare LF after the chunk length", request: "5\nhello\r\n0\r\n\r\n", status: ""),
        Case(name: "space in the chunk length", request: "5 \r\nhello\r\n0\r\n\r\n", status: ""),
        Case(name: "negative chunk length", request: "-5\r\nhello\r\n0\r\n\r\n", status: ""),
    ]

    @Test(arguments: malformedBodies) func failsTheBody(_ testCase: Case) async throws {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        let said = try await withListener(handler: echo) { try await conversation($0, head + testCase.request + Self.smuggled) }
        #expect(said.hasPrefix("HTTP/1.1 400 "))
        #expect(said.contains("broke the protocol"))
        #expect(!said.contains("smuggled"))
    }

    @Test func chunkExtensionsAndTrailersAreReadOver() async throws {
        let request =
            "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nTrailer: z\r\n\r\n"
            + simpleRequest
        let said = try await withListener(handler: echo) { try await conversation($0, request) }
        #expect(said.contains("POST /a 5"))
        #expect(said.contains("GET / 0"))
    }

    @Test func bytesThatAreNotUTF8AreRefused() async throws {
        let said = try await withListener(handler: echo) { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                connection.send(
                    bytes: Array("GET / HTTP/1.1\r\nHost: a\r\nX-Road-Client: ".utf8) + [0xE4, 0xF6] + Array("\r\n\r\n".utf8))
                return connection.receiveAll()
            }
        }
        #expect(said.hasPrefix("HTTP/1.1 400 "))
    }

    @Test func theTargetStaysAsItWasSent() async throws {
        let target = "/r1/A/%2e%2e/..;/%2F%5c//x?y=%252e&z="
        let said = try await withListener(handler: echo) { port in
            try await conversation(port, "GET \(target) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        }
        #expect(said.contains("GET \(target) 0"))
    }
}
