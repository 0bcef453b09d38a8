import MessageCodecs
import MessageLog
import Testing
import XRoadModel

/// A message that cannot be kept does not leave, and its sender or caller is told (PR-MESSTRANSP 3.2 step 4, 3.3 step 7).
@Suite struct JournalRefusalTests {
    /// The provider's place is taken by a peer that keeps what it gets: no byte of the request.
    @Test func requestOfTheConsumer() async throws {
        let identity = try TestInstance.shared.get().providerTLS
        for isREST in [true, false] {
            try await World.run({ $0.place = .script(identity) }) { world in
                world.consumer.journal.refuse(.request)
                let fault =
                    isREST
                    ? try ObservedFault(rest: try await world.rest("POST", body: "question".bytes))
                    : try ObservedFault(soap: try await world.soap(SOAPText.request.bytes))
                #expect(fault.code == "server.clientproxy.logging_failed")
                // What is wrong with this server's disk is nobody else's business.
                #expect(!fault.message.contains("asked by the test"))
                let line = try #require(try await world.consumer.log.exchanges().first)
                #expect(line.fields["reason"]?.contains("asked by the test") == true)
                try await world.consumer.log.expect(fault)
                try await world.expectNothingHappened()
            }
        }
    }

    /// The caller learns what every X-Road client knows; the operator which authority is to blame.
    @Test func requestThatCannotBeTimestamped() async throws {
        try await World.run { world in
            let authority = AuthorityFailure(
                authority: "National TSA", failure: .httpStatus(503), time: Instant(secondsSince1970: 1_795_435_200))
            world.consumer.journal.refuse(.request, .timestampingFailed(since: authority.time, failures: [authority]))
            let fault = try ObservedFault(rest: try await world.rest())
            #expect(fault.code == "server.clientproxy.logging_failed.timestamping_failed")
            #expect(fault.message == "Cannot time-stamp messages")
            let line = try #require(try await world.consumer.log.exchanges().first)
            #expect(line.fields["reason"]?.contains("TSA National TSA: it answered with HTTP status 503") == true)
            try await world.expectNothingHappened()
        }
    }

    @Test func requestAtTheProvider() async throws {
        try await World.run { world in
            world.provider.journal.refuse(.request)
            let fault = try ObservedFault(rest: try await world.rest())
            try await world.expectPassedOn(fault, "logging_failed")
        }
    }

    @Test func answerOfTheProvider() async throws {
        try await World.run { world in
            world.provider.journal.refuse(.response)
            world.service.answer(ScriptedAnswer(body: "secret".bytes))
            let answer = try await world.rest()
            let fault = try ObservedFault(rest: answer)
            #expect(fault.code == "server.serverproxy.logging_failed")
            #expect(!String(decoding: answer.body, as: UTF8.self).contains("secret"))
            #expect(world.service.received.count == 1)
            try await world.expectRecords(consumer: 1, provider: 1)
        }
    }

    @Test func answerAtTheConsumer() async throws {
        try await World.run { world in
            world.consumer.journal.refuse(.response)
            world.service.answer(ScriptedAnswer(body: "secret".bytes))
            let answer = try await world.rest()
            let fault = try ObservedFault(rest: answer)
            #expect(fault.code == "server.clientproxy.logging_failed")
            #expect(!String(decoding: answer.body, as: UTF8.self).contains("secret"))
            try await world.consumer.log.expect(fault)
            try await world.expectRecords(consumer: 1, provider: 2)
        }
    }
}
