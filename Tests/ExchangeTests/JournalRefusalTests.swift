import MessageCodecs
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
