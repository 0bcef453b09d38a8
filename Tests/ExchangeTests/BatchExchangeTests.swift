import Foundation
import MessageLog
import PKI
import SignedDocuments
import Synchronization
import TestSupport
import Testing
import XRoadModel

/// Messages of many exchanges under few signatures, through both servers.
@Suite struct BatchExchangeTests {
    /// With a key that signs slowly, both servers make at most a quarter as many signatures as messages. The service answers in waves,
    /// so that all calls are under way at the same time even where a debug build takes longer for everything else than for RSA.
    @Test func manyCallsShareSignatures() async throws {
        try await withRSA { world in
            let wave = Wave(of: 64)
            world.service.answer { request in
                await wave.arrive()
                return ScriptedAnswer(body: request.target.bytes)
            }
            let count = 256
            #expect(try await world.calls(count, parallel: 64, body: "question".bytes) == Array(repeating: 200, count: count))
            for (server, direction) in [(world.consumer, MessageDirection.request), (world.provider, .response)] {
                let own = try await server.signatures(direction)
                #expect(own.count == count)
                let made = Set(own.map(\.signature)).count
                #expect(made <= count / 4, "\(made) signatures over \(count) messages")
            }
            try await world.expectRefereesAgree(with: world.consumer.signatures(.response), by: world.provider)
            try await world.expectEvidence(of: count)
        }
    }

    /// P-256 signs on the event loop: batches form of what is ready there, too.
    @Test func fastKeysShareSignatures() async throws {
        try await World.run { world in
            #expect(try await world.calls(256, parallel: 64) == Array(repeating: 200, count: 256))
            let made = try await Set(world.consumer.signatures(.request).map(\.signature)).count
            #expect(made < 256, "\(made) signatures over 256 messages")
            try await world.expectEvidence(of: 256)
        }
    }

    /// One call after another: each message has its own signature in the form without a batch.
    @Test(arguments: [nil, "question"] as [String?]) func aloneIsSignedAlone(body: String?) async throws {
        try await World.run { world in
            if body != nil { world.service.answer { ScriptedAnswer(body: $0.body) } }
            for _ in 0..<10 { #expect(try await world.rest(body == nil ? "GET" : "POST", body: body?.bytes).status == 200) }
            for direction in [MessageDirection.request, .response] {
                let signatures = try await world.consumer.signatures(direction)
                #expect(Set(signatures.map(\.signature)).count == 10)
                for signature in signatures {
                    let chain = signature.hashChain?.chain
                    #expect((chain == nil) == (body == nil))
                    #expect(!String(decoding: chain ?? [], as: UTF8.self).contains("HashValue"))
                }
            }
        }
    }

    @Test func withoutBatches() async throws {
        try await withRSA({
            $0.consumer.signingSettings.batches = false
            $0.provider.signingSettings.batches = false
        }) { world in
            #expect(try await world.calls(128, parallel: 64) == Array(repeating: 200, count: 128))
            for direction in [MessageDirection.request, .response] {
                let signatures = try await world.consumer.signatures(direction)
                #expect(Set(signatures.map(\.signature)).count == 128)
                #expect(signatures.allSatisfy { $0.hashChain == nil })
            }
        }
    }

    /// What is too much for the key is refused, and told as this server's inability; the rest is served.
    @Test func overloadedKey() async throws {
        try await withRSA({
            $0.consumer.signingSettings.maximumWaiting = 1
            $0.consumer.signingSettings.batchMessages = 1
        }) { world in
            let statuses = try await world.calls(128, parallel: 64)
            #expect(statuses.count { $0 == 200 } > 0)
            #expect(statuses.count { $0 == 500 } > 0)
            #expect(statuses.allSatisfy { [200, 500].contains($0) })
            let lines = try await world.consumer.log.exchanges(128)
            let refused = lines.filter { $0.fields["fault"] != nil }
            #expect(refused.count == statuses.count { $0 == 500 })
            #expect(refused.allSatisfy { $0.fields["fault"] == "server.clientproxy.cannot_sign" })
            try await world.expectEvidence(of: statuses.count { $0 == 200 })
        }
    }

    private func withRSA(
        _ edit: (inout WorldPlan) -> Void = { _ in }, _ body: (World) async throws -> Void
    ) async throws {
        let instance = try TestInstance.shared.get()
        let consumer = try instance.issue(TestInstance.consumerMember, .signing, .rsa(bits: 2048))
        let provider = try instance.issue(TestInstance.providerMember, .signing, .rsa(bits: 2048))
        try await World.run(
            {
                $0.consumer.signing[TestInstance.consumerMember] = consumer
                $0.provider.signing[TestInstance.providerMember] = provider
                edit(&$0)
            }, body)
    }
}

/// Holds whoever arrives until so many have.
private final class Wave: Sendable {
    private let size: Int
    private let waiting = Mutex<[CheckedContinuation<Void, Never>]>([])

    init(of size: Int) { self.size = size }

    func arrive() async {
        await withCheckedContinuation { task in
            let released = waiting.withLock { waiting in
                waiting.append(task)
                guard waiting.count == size else { return [CheckedContinuation<Void, Never>]() }
                defer { waiting = [] }
                return waiting
            }
            for task in released { task.resume() }
        }
    }
}

extension TestServer {
    /// Of all messages that went this way.
    func signatures(_ direction: MessageDirection) async throws -> [SignatureData] {
        var signatures: [SignatureData] = []
        for entry in try await records() where entry.entry.direction == direction {
            signatures.append(try await reader.record(named: entry.identifier.name).record.signature)
        }
        return signatures
    }
}

extension World {
    /// xmlsec1 accepts each signature over the result that its hash chain computes to, and over nothing else.
    fileprivate func expectRefereesAgree(with signatures: [SignatureData], by server: TestServer) async throws {
        let certificate = server.credentials.certificate(of: TestInstance.providerMember)
        let folder = try TemporaryFolder()
        let certificateFile = try folder.write("certificate.pem", (try #require(certificate)).pem.bytes)
        for data in Set(signatures.map(\.signature)) {
            let result = try #require(signatures.first { $0.signature == data }?.hashChain?.result)
            for (part, isGood) in [(result, true), (result + " ".bytes, false)] {
                let partFile = try folder.write("part", part)
                let document = try folder.write("signatures.xml", data)
                let tool = try await blocking {
                    try runTool(
                        "xmlsec1",
                        [
                            "--verify", "--pubkey-cert-pem", certificateFile.path, "--id-attr:Id", "SignedProperties",
                            "--url-map:/sig-hashchainresult.xml", partFile.path, document.path,
                        ])
                }
                #expect((tool.status == 0) == isGood, "\(tool.errors)")
            }
        }
    }
}
