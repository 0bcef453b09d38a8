import Foundation
import MessageCodecs
import PKI
import Testing

/// REST calls through both servers, as an information system and a service see them.
@Suite struct RESTExchangeTests {
    /// Every method, with bodies of the sizes at which they are kept and sent in another way.
    @Test(
        arguments: [
            ("GET", nil), ("DELETE", nil), ("OPTIONS", nil), ("POST", nil), ("POST", 0), ("POST", 1), ("PUT", 17),
            ("PATCH", 300_000),
            ("DELETE", 2), ("POST", 1_048_576), ("POST", 1_048_577), ("PUT", 5 << 20),
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
}
