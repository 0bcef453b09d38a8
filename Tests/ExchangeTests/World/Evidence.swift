import Exchange
import MessageLog
import SignedDocuments
import Testing
import XRoadModel

@testable import Ura

extension World {
    /// Both servers hold request and answer of so many exchanges, and every record exports to a container that verifies.
    func expectEvidence(of exchanges: Int, _ location: SourceLocation = #_sourceLocation) async throws {
        let trust = configuration.snapshot.recordTrust(now: configuration.snapshot.expires)
        let verifier = ContainerVerifier(RecordVerifier(trust: trust, sender: MessageSender.member(of:)))
        for (server, side) in [(consumer, ExchangeSide.consumer), (provider, .provider)] {
            let records = try await server.records()
            #expect(records.count == 2 * exchanges, sourceLocation: location)
            #expect(records.allSatisfy { $0.entry.side == side }, sourceLocation: location)
            for identifier in Set(records.map(\.entry.requestIdentifier)) {
                let directions = records.filter { $0.entry.requestIdentifier == identifier }.map(\.entry.direction)
                #expect(directions == [.request, .response], sourceLocation: location)
            }
            for entry in records {
                let record = try await server.reader.record(named: entry.identifier.name)
                let report = verifier.verify(try LogExport.container(of: record))
                #expect(report.indication == .totalPassed, "\(report.text)", sourceLocation: location)
            }
        }
        // Calls at the same time come in any order.
        let isSame =
            Set(try await consumer.records().map(\.entry.requestIdentifier))
            == Set(try await provider.records().map(\.entry.requestIdentifier))
        #expect(isSame, "the two servers have logged different exchanges", sourceLocation: location)
    }

    /// Nothing left the consumer's server, and nothing was called or kept anywhere.
    func expectNothingHappened(_ location: SourceLocation = #_sourceLocation) async throws {
        #expect(provider.peerCallCount == 0, sourceLocation: location)
        #expect(script?.received.count ?? 0 == 0, sourceLocation: location)
        try await expectRecords(consumer: 0, provider: 0, location)
        #expect(service.received.isEmpty, sourceLocation: location)
    }

    func expectRecords(consumer: Int, provider: Int, _ location: SourceLocation = #_sourceLocation) async throws {
        #expect(try await self.consumer.records().count == consumer, sourceLocation: location)
        #expect(try await self.provider.records().count == provider, sourceLocation: location)
    }
}

/// Large bodies are not to be compared within `#expect`, which would work out how they differ.
func expectSame(_ found: [UInt8], _ expected: [UInt8], _ location: SourceLocation = #_sourceLocation) {
    let isSame = found == expected
    let texts = (String(decoding: found.prefix(300), as: UTF8.self), String(decoding: expected.prefix(300), as: UTF8.self))
    #expect(isSame, "\(found.count) bytes \(texts.0), not \(expected.count) bytes \(texts.1)", sourceLocation: location)
}
