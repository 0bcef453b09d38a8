import Foundation
import MessageCodecs
import PKI
import Testing
import XRoadModel

/// REST calls through both servers, as an information system and a service see them.
@Suite struct RESTExchangeTests {
    /// Every method, with bodies of the sizes at which they are kept and sent in another way: whole in one write up to 256 kB, in
    /// memory up to 1 MiB, in a content file beyond.
    @Test(
        arguments: [
            ("GET", nil), ("DELETE", nil), ("OPTIONS", nil), ("POST", nil), ("POST", 0), ("POST", 1), ("PUT", 17), ("DELETE", 2),
            ("PATCH", 300_000), ("POST", 1_048_576), ("POST", 1_048_577), ("PUT", 5 << 20),
        ] as [(String, Int?)])
    func callsWithBodies(method: String, size: Int?) async throws {
        let body = size.map { size in (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) } }
        try await World.run({
            $0.consumer.bodyBytes = 8 << 20
            $0.provider.bodyBytes = 8 << 20
        }) { world in
            world.service.answer { ScriptedAnswer(headers: [("Content-Type", "application/x-echo")], body: $0.body) }
            let answer = try await world.rest(method, body: body)
            #expect(answer.status == 200)
            expectSame(answer.body, body ?? [])
            #expect(answer.values("content-type") == ["application/x-echo"])
            let received = world.service.received
            #expect(received.count == 1)
            #expect(received.first?.method == method)
            #expect(received.first?.target == "/base/list?year=2026")
            expectSame(received.first?.body ?? [], body ?? [])
            try await world.expectEvidence(of: 1)
        }
    }

    @Test func head() async throws {
        try await World.run { world in
            world.service.answer(ScriptedAnswer(headers: [("Content-Type", "text/csv"), ("ETag", "\"7\"")]))
            let answer = try await world.rest("HEAD")
            #expect(answer.status == 200)
            #expect(answer.values("etag") == ["\"7\""])
            #expect(answer.body.isEmpty)
            #expect(world.service.received.map(\.method) == ["HEAD"])
            try await world.expectEvidence(of: 1)
        }
    }

    /// Whatever the service answers is the answer: its errors are not the exchange's, and redirects are not followed (PR-REST 4.4).
    @Test(arguments: [
        (201, "Created", "{\"id\":7}"), (204, "No Content", ""), (301, "Moved Permanently", ""), (302, "Found", "see there"),
        (304, "Not Modified", ""), (400, "Bad Request", "no"), (404, "Not Found", "none"),
        (451, "Unavailable For Legal Reasons", ""),
        (500, "Internal Server Error", "{\"broken\":true}"), (503, "Service Unavailable", ""),
    ])
    func statusesPassThrough(status: Int, reason: String, body: String) async throws {
        try await World.run { world in
            let target = "http://127.0.0.1:\(world.service.port)/elsewhere"
            world.service.answer(
                ScriptedAnswer(status: status, headers: [("Location", target), ("X-Own", "1")], body: body.bytes))
            let answer = try await world.rest()
            #expect(answer.status == status)
            #expect(answer.reason == reason)
            #expect(answer.values("location") == [target])
            #expect(answer.values("x-own") == ["1"])
            #expect(answer.values("x-road-error") == [])
            #expect(answer.body == body.bytes)
            #expect(world.service.received.count == 1)
            for (log, server) in [(world.consumer.log, "consumer"), (world.provider.log, "provider")] {
                let line = try #require(try await log.exchanges().first)
                #expect(line.level == .info, "\(server)")
                #expect(line.fields["fault"] == nil, "\(server)")
            }
            #expect(try await world.provider.log.exchanges().first?.fields["service-status"] == "\(status)")
            try await world.expectEvidence(of: 1)
        }
    }

    /// As in X-Road the words after the status are signed and not told again, whatever the size of the body.
    @Test(arguments: [10, 300_000])
    func reasonIsTheStatusOwn(bodyBytes: Int) async throws {
        try await World.run { world in
            world.service.answer(
                ScriptedAnswer(status: 404, reason: "No Such Permit", body: [UInt8](repeating: 1, count: bodyBytes)))
            let answer = try await world.rest()
            #expect(answer.status == 404)
            #expect(answer.reason == "Not Found")
        }
    }

    /// What is signed reaches the service; what belongs to one connection, or is the servers' own, does not (PR-REST 4.3).
    @Test func headersOfRequests() async throws {
        try await World.run { world in
            _ = try await world.rest(
                headers: [
                    "X-Road-Client: TEST/GOV/M1/consumer", "X-Road-UserId: TEST1", "X-Road-Issue: case 7", "X-Road-Id: my-id",
                    "X-Road-Request-Id: forged", "X-Road-Request-Hash: forged", "X-Road-Service: forged", "X-Road-Error: forged",
                    "Accept: application/json", "Accept: text/csv", "X-Custom: värde", "Proxy-Authorization: Basic secret",
                    "TE: trailers", "Keep-Alive: 5", "User-Agent: mine", "Authorization: Bearer for-the-service",
                ])
            let received = try #require(world.service.received.first)
            #expect(received.values("x-road-client") == ["TEST/GOV/M1/consumer"])
            #expect(received.values("x-road-userid") == ["TEST1"])
            #expect(received.values("x-road-issue") == ["case 7"])
            #expect(received.values("x-road-id") == ["my-id"])
            #expect(received.values("accept") == ["application/json", "text/csv"])
            #expect(received.values("x-custom") == ["värde"])
            #expect(received.values("authorization") == ["Bearer for-the-service"])
            for dropped in ["x-road-request-hash", "x-road-service", "x-road-error", "proxy-authorization", "te", "keep-alive"] {
                #expect(received.values(dropped) == [], "\(dropped)")
            }
            #expect(received.values("user-agent") != ["mine"])
            let identifier = try #require(received.values("x-road-request-id").first)
            #expect(UUID(uuidString: identifier) != nil)
            #expect(try await world.consumer.records().map(\.entry.requestIdentifier) == [identifier, identifier])
            #expect(try await world.provider.records().map(\.entry.messageIdentifier) == ["my-id", "my-id"])
        }
    }

    /// The provider's server adds whose answer to what it is; a service's own words about that are dropped.
    @Test func headersOfAnswers() async throws {
        try await World.run { world in
            world.service.answer(
                ScriptedAnswer(
                    headers: [
                        ("Content-Type", "text/csv"), ("X-Road-Request-Hash", "forged"), ("X-Road-Id", "forged"),
                        ("X-Road-Client", "TEST/GOV/M3/other"), ("X-Road-Service", "forged"), ("X-Road-Request-Id", "forged"),
                        ("X-Road-Error", "server.forged"), ("Server", "Hidden"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2"),
                    ], body: "a;b".bytes))
            let answer = try await world.rest("POST", headers: ["X-Road-Client: TEST/GOV/M1/consumer"], body: "question".bytes)
            #expect(answer.values("x-road-client") == ["TEST/GOV/M1/consumer"])
            #expect(answer.values("x-road-service") == ["TEST/GOV/M2/provider/permits"])
            #expect(answer.values("set-cookie") == ["a=1", "b=2"])
            #expect(answer.values("x-road-error") == [])
            #expect(answer.values("server") == [])
            let identifier = try #require(answer.values("x-road-id").first)
            #expect(identifier.hasPrefix("TEST-"))
            #expect(UUID(uuidString: String(identifier.dropFirst(5))) != nil)
            #expect(answer.values("x-road-request-id") == [try await world.consumer.records().first?.entry.requestIdentifier])
            // PR-REST 4.3, worked out by hand: SHA-512 of the head, then of both digests.
            let record = try #require(try await world.provider.records().first)
            let head = try await world.provider.reader.record(named: record.identifier.name).record.messagePart
            let both = DigestAlgorithm.sha512.digest(head) + DigestAlgorithm.sha512.digest("question".bytes)
            #expect(answer.values("x-road-request-hash") == [Base64.encode(DigestAlgorithm.sha512.digest(both))])
        }
    }

    @Test func requestHashWithoutBody() async throws {
        try await World.run { world in
            let answer = try await world.rest()
            let record = try #require(try await world.provider.records().first)
            let head = try await world.provider.reader.record(named: record.identifier.name).record.messagePart
            #expect(answer.values("x-road-request-hash") == [Base64.encode(DigestAlgorithm.sha512.digest(head))])
        }
    }

    /// The path on which the right was decided is the one that is called; the query goes on as it came (PR-REST 4.5).
    @Test(arguments: [
        ("", "/base"), ("/", "/base/"), ("/a//b/", "/base/a//b/"), ("/%41%c3%a4%2f?q=%2F%41", "/base/A%C3%A4%2F?q=%2F%41"),
        ("/a?b=c?d&e", "/base/a?b=c?d&e"), ("?x", "/base?x"), ("/%7Ename/x%3By", "/base/~name/x%3By"),
    ])
    func paths(asked: String, called: String) async throws {
        try await World.run { world in
            let answer = try await world.rest("GET", World.permits + asked)
            #expect(answer.status == 200)
            #expect(world.service.received.map(\.target) == [called])
        }
    }

    /// Codes in path and header may be percent-encoded; they mean what they decode to.
    @Test func encodedIdentifiers() async throws {
        try await World.run { world in
            let answer = try await world.rest(
                "GET", "/r1/T%45ST/GOV/M2/pro%76ider/permit%73/x", headers: ["X-Road-Client: TEST/GOV/M1/consume%72"])
            #expect(answer.status == 200)
            #expect(answer.values("x-road-service") == ["TEST/GOV/M2/provider/permits"])
            try await world.expectEvidence(of: 1)
        }
    }

    @Test func requestedSecurityServer() async throws {
        try await World.run { world in
            let answer = try await world.rest(
                headers: ["X-Road-Client: TEST/GOV/M1/consumer", "X-Road-Security-Server: TEST/GOV/M2/SS2"])
            #expect(answer.status == 200)
        }
    }

    /// A second call uses the connection that the first one made on its event loop.
    @Test func connectionsAreUsedAgain() async throws {
        try await World.run(eventLoopThreads: 1) { world in
            for number in 1...3 {
                #expect(try await world.rest("POST", body: "\(number)".bytes).status == 200)
                _ = try await world.consumer.log.exchanges(number)
                #expect(world.consumer.peers.openConnections == 1)
                #expect(world.consumer.peers.idleConnections == 1)
            }
            try await world.expectEvidence(of: 3)
        }
    }

    @Test func manyCallsAtOnce() async throws {
        try await World.run { world in
            world.service.answer { ScriptedAnswer(body: $0.target.bytes) }
            try await withThrowingTaskGroup { group in
                for number in 0..<12 {
                    group.addTask {
                        let answer = try await world.rest("POST", World.permits + "/\(number)", body: [UInt8(number)])
                        #expect(answer.body == "/base/\(number)".bytes)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await world.consumer.records().count == 24)
            #expect(try await world.provider.records().count == 24)
        }
    }

    @Test func keysOfRSA() async throws {
        let instance = try TestInstance.shared.get()
        let keys = try [TestInstance.consumerMember, TestInstance.providerMember].flatMap { member in
            try [CertificateUse.authentication, .signing].map { try instance.issue(member, $0, .rsa(bits: 2048)) }
        }
        try await World.run({
            $0.consumer.authentication = keys[0]
            $0.consumer.signing[TestInstance.consumerMember] = keys[1]
            $0.provider.authentication = keys[2]
            $0.provider.signing[TestInstance.providerMember] = keys[3]
            $0.register(consumer: keys[0], provider: keys[2])
        }) { world in
            world.service.answer { request in
                request.target == "/soap"
                    ? ScriptedAnswer(headers: [("Content-Type", "text/xml")], body: SOAPText.answer.bytes) : ScriptedAnswer()
            }
            #expect(try await world.rest("POST", body: "question".bytes).status == 200)
            let call = try await world.soap(SOAPText.request.bytes)
            #expect(String(decoding: call.body, as: UTF8.self).contains(SOAPText.answerBody))
            try await world.expectEvidence(of: 2)
        }
    }

    /// Large bodies lie in the journal's folder; after the next call no file is left there that no record names.
    @Test func largeBodiesAreContentFiles() async throws {
        try await World.run({
            $0.consumer.bodyBytes = 8 << 20
            $0.provider.bodyBytes = 8 << 20
        }) { world in
            let body = [UInt8](repeating: 7, count: 3 << 20)
            world.service.answer { $0.method == "POST" ? ScriptedAnswer(body: body) : ScriptedAnswer() }
            #expect(try await world.rest("POST", body: body).status == 200)
            #expect(try await world.rest().status == 200)
            for server in [world.consumer, world.provider] {
                let files = try await server.contentFiles(leaving: 2)
                #expect(files.sorted() == ["1-1", "2-1"], "\(server.address)")
                for entry in try await server.records().prefix(2) { #expect(entry.byteCount > body.count) }
            }
            try await world.expectEvidence(of: 2)
        }
    }
}
