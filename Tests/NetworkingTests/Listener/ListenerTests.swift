import Testing

@testable import Networking

/// The listener against curl and hand-made requests.
@Suite struct ListenerTests {
    private func curl(_ port: Int, _ arguments: [String], path: String = "/") async throws -> String {
        let result = try await tool("curl", ["-sS", "--max-time", "50"] + arguments + ["http://127.0.0.1:\(port)\(path)"])
        return result.text + result.errors
    }

    @Test func keepsTheConnection() async throws {
        try await withListener { port in
            let url = "http://127.0.0.1:\(port)/"
            let result = try await tool("curl", ["-sSv", url, url, url])
            #expect(result.text == "hello\nhello\nhello\n")
            #expect(result.errors.components(separatedBy: "Re-using existing connection").count == 3)
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        let said = try await withListener(handler: echo) { port in
            let requests = (1...50).map { "POST /\($0) HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nab" }.joined()
            return try await conversation(port, requests + simpleRequest)
        }
        let answers = said.split(whereSeparator: \.isNewline).filter { $0.hasPrefix("POST /") }
        #expect(answers == (1...50).map { "POST /\($0) 2" }[...].map { Substring($0) })
        #expect(said.hasSuffix("GET / 0\n"))
    }

    @Test func servesAgainAfterAnUnreadBody() async throws {
        let said = try await withListener { port in
            try await conversation(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody" + simpleRequest)
        }
        #expect(said.components(separatedBy: "HTTP/1.1 200 OK").count == 3)
    }

    @Test func closesWhereTheUnreadBodyIsNotThere() async throws {
        let said = try await withListener { port in
            try await conversation(port, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 400\r\n\r\nbody")
        }
        #expect(said.contains("Connection: close"))
        #expect(said.hasSuffix("hello\n"))
    }

    @Test func answersHEADWithoutBody() async throws {
        try await withListener { port in
            let said = try await curl(port, ["--head"])
            #expect(said.contains("Content-Length: 6\r\n"))
            #expect(said.hasSuffix("\r\n\r\n"))
            let both = try await conversation(port, "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n" + simpleRequest)
            #expect(both.components(separatedBy: "hello").count == 2)
        }
    }

    @Test func speaksHTTP10() async throws {
        try await withListener(handler: streamThree) { port in
            let said = try await conversation(port, "GET / HTTP/1.0\r\n\r\n")
            #expect(said.contains("Connection: close"))
            #expect(!said.contains("chunked"))
            #expect(said.hasSuffix("\r\n\r\nonetwothree"))
        }
    }

    @Test func streamsInChunks() async throws {
        try await withListener(handler: streamThree) { port in
            #expect(try await curl(port, []) == "onetwothree")
            let raw = try await conversation(port, simpleRequest)
            #expect(raw.hasSuffix("3\r\none\r\n3\r\ntwo\r\n5\r\nthree\r\n0\r\n\r\n"))
        }
    }

    @Test func streamsWithAKnownLength() async throws {
        let handler: HTTPListener.Handler = { exchange in
            do {
                try await exchange.startResponse(status: 200, headers: [("content-length", "6")])
                try await exchange.write(Array("one".utf8))
                try await exchange.write(Array("two".utf8))
                try await exchange.endResponse()
            } catch {}
        }
        let said = try await withListener(handler: handler) { try await conversation($0, simpleRequest) }
        #expect(said.contains("Content-Length: 6\r\n"))
        #expect(said.hasSuffix("\r\n\r\nonetwo"))
    }

    @Test func cutsOffAnAnswerThatIsNotEnded() async throws {
        let handler: HTTPListener.Handler = { exchange in
            try? await exchange.startResponse(status: 200)
            try? await exchange.write(Array("part".utf8))
        }
        try await withListener(handler: handler) { port in
            let said = try await curl(port, [])
            #expect(said.contains("transfer closed with outstanding read data remaining"))
        }
    }

    @Test func answersForAHandlerThatDoesNot() async throws {
        let said = try await withListener(handler: { _ in }, { try await conversation($0, simpleRequest) })
        #expect(said.hasPrefix("HTTP/1.1 500 Internal Server Error\r\n"))
    }

    @Test func asksForTheBodyOnlyWhenSomebodyWantsIt() async throws {
        let request = "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
        let reading = try await withListener(handler: echo) { port in
            try await blocking {
                let connection = try RawConnection(port: port)
                connection.send(request)
                let interim = connection.receive() ?? ""
                connection.send("abc")
                return interim + (connection.receive() ?? "")
            }
        }
        #expect(reading.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n"))
        #expect(reading.hasSuffix("POST / 3\n"))
        let ignoring = try await withListener { try await conversation($0, request) }
        #expect(ignoring.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(ignoring.contains("Connection: close"))
    }

    @Test func refusesFieldsThatBreakOut() async throws {
        let handler: HTTPListener.Handler = { exchange in
            do {
                try await exchange.respond(status: 200, headers: [("X", "a\r\nSet-Cookie: b")])
            } catch {
                try? await exchange.respond(status: 502, reason: "Bad\u{2028}Gateway")
            }
        }
        let said = try await withListener(handler: handler) { try await conversation($0, simpleRequest) }
        #expect(said.hasPrefix("HTTP/1.1 502 "))
        #expect(!said.contains("Set-Cookie"))
    }

    @Test func refusesASecondAnswer() async throws {
        let handler: HTTPListener.Handler = { exchange in
            await answerOK(exchange)
            await #expect(throws: NetworkingFailure.misuse(reason: "second answer to a request, or not a final status")) {
                try await exchange.respond(status: 500)
            }
        }
        let said = try await withListener(handler: handler) { try await conversation($0, simpleRequest) }
        #expect(said.components(separatedBy: "HTTP/1.1").count == 2)
    }

    @Test func tellsTheDate() {
        #expect(HTTPDate.text(secondsSince1970: 784_111_777) == "Sun, 06 Nov 1994 08:49:37 GMT")
    }

    @Sendable private func streamThree(_ exchange: HTTPServerExchange) async {
        do {
            try await exchange.startResponse(status: 200)
            for part in ["one", "two", "three"] { try await exchange.write(Array(part.utf8)) }
            try await exchange.endResponse()
        } catch {}
    }
}
