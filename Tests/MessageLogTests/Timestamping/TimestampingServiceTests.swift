import MessageLog
import PKI
import SignedDocuments
import Testing
import XML
import XRoadModel

@Suite struct TimestampingServiceTests {
    private let world: TimestampingWorld

    init() throws { world = try TimestampingWorld() }

    /// That each message up to now is stamped, once, and its hash chain leads to what a token by an approved authority stamps.
    private func expectAllStamped() throws {
        let saved = world.saved
        var covered: [Int64] = []
        for timestamp in saved.timestamps {
            let records = saved.records.filter { (timestamp.first...timestamp.last).contains($0.number) }
            covered += records.map(\.number)
            let token = try TimestampToken(der: timestamp.token)
            _ = try TimestampVerifier.verify(
                token, of: timestamp.result, signedAt: timestamp.time, approved: world.certificates, at: timestamp.time)
            let chain = TimestampHashChain(digests: timestamp.digests)
            #expect(chain.result == timestamp.result)
            for record in records.prefix(20) + records.suffix(3) {
                #expect(chain.documents(for: record.signatureDigest) != nil)
            }
        }
        #expect(covered == saved.records.map(\.number))
    }

    /// Runs rounds until nothing is due.
    private func drain(_ service: TimestampingService) async {
        for _ in 0..<200 { if case .wait = await service.round() { return } }
    }

    @Test(arguments: [1, 2, 50]) func oneBatch(_ count: Int) async throws {
        let service = try await world.service()
        await drain(service)
        world.commit(count)
        await drain(service)
        #expect(world.saved.timestamps.isEmpty)
        world.advance(seconds: 60)
        await drain(service)
        #expect(world.saved.timestamps.count == 1)
        #expect(world.saved.timestamps.first?.authority == "first")
        #expect(world.events == [.stamped(count: count, authority: "first", time: world.now())])
        try expectAllStamped()
    }

    /// What the hash chain of a stamped message proves, with the verifier of containers.
    @Test func chainsLeadToSignatureDocuments() async throws {
        world.commit(7)
        await drain(try await world.service())
        let timestamp = try #require(world.saved.timestamps.first)
        #expect(timestamp.digests.count == 5)
        let chain = TimestampHashChain(digests: timestamp.digests)
        for record in world.saved.records {
            let documents = try #require(chain.documents(for: record.signatureDigest))
            let parts = try HashChainVerifier.verify(
                result: documents.result, chains: ["/ts-hashchain.xml": documents.chain],
                parts: SignatureDocumentDigest(digest: record.signatureDigest))
            #expect(parts.map(\.name) == ["/META-INF/signatures.xml"])
        }
    }

    @Test func failOver() async throws {
        world.set(.fails(.unreachable(reason: "no route")), of: TimestampingWorld.first)
        world.commit(3)
        let service = try await world.service()
        await drain(service)
        #expect(world.saved.timestamps.map(\.authority) == ["second"])
        #expect(world.asked == [TimestampingWorld.first.url, TimestampingWorld.second.url])
        // Left alone while it backs off, then asked first again.
        world.commit(1)
        world.advance(seconds: 60)
        world.set(.stamps, of: TimestampingWorld.first)
        await drain(service)
        #expect(world.saved.timestamps.map(\.authority) == ["second", "first"])
        try expectAllStamped()
    }

    /// Each broken link by its name, and the other authority in its place.
    @Test(arguments: [
        (TimestampingWorld.Behaviour.fails(.unreachable(reason: "no route to host")), "TSA first: no route to host"),
        (
            .answers(TimestampHTTPAnswer(status: 503, contentType: "text/plain", body: [])),
            "TSA first: it answered with HTTP status 503"
        ),
        (
            .answers(TimestampHTTPAnswer(status: 200, contentType: "text/html", body: Array("<html>Sign in</html>".utf8))),
            "TSA first: it answered with text/html, not a time-stamp: malformed time-stamp response"
        ),
        (
            .answers(TimestampHTTPAnswer(status: 200, contentType: TimestampResponse.mediaType, body: [])),
            "TSA first: malformed time-stamp response"
        ),
        (
            .answers(
                TimestampHTTPAnswer(
                    status: 200, contentType: TimestampResponse.mediaType,
                    body: [0x30, 0x09, 0x30, 0x07, 0x02, 0x01, 2, 0x03, 0x02, 0x05, 0x20])),
            "TSA first: time-stamp not granted as asked: rejection, badRequest"
        ),
        (.stampsOther, "TSA first: token stamps other data than was given"),
        (.clockAhead(seconds: 61), "TSA first: token's time"),
        (.clockAhead(seconds: -61), "TSA first: token's time"),
    ])
    func brokenLinks(_ behaviour: TimestampingWorld.Behaviour, _ words: String) async throws {
        world.set(behaviour, of: TimestampingWorld.first)
        world.commit(2)
        await drain(try await world.service())
        guard case .authorityFailed(let failure, let retryAt)? = world.events.first else {
            Issue.record("\(world.events)")
            return
        }
        #expect(failure.description.hasPrefix(words), "\(failure)")
        #expect(retryAt == world.now().adding(seconds: 1))
        #expect(world.saved.timestamps.map(\.authority) == ["second"])
    }

    @Test func authorityThatIsNotApproved() async throws {
        world.approve([TimestampingWorld.first], certificates: Array(world.certificates.dropFirst()))
        world.commit(1)
        let service = try await world.service()
        await drain(service)
        guard case .authorityFailed(let failure, _)? = world.events.first else { return }
        #expect(failure.description.hasPrefix("TSA first: token signed by a certificate that is not approved (CN=Root, number"))
        #expect(world.saved.timestamps.isEmpty)
    }

    /// One second before the limit messages are taken, one after it refused; with the authority back, 100,000 messages are stamped in
    /// batches that follow each other at once.
    @Test func downForFourHours() async throws {
        let service = try await world.service()
        let down = TimestampingWorld.Behaviour.fails(.unreachable(reason: "no route"))
        for authority in [TimestampingWorld.first, TimestampingWorld.second] { world.set(down, of: authority) }
        world.commit(100_000)
        await drain(service)
        world.advance(seconds: 14_400)
        await drain(service)
        #expect(throws: Never.self) { try service.admit(at: world.now()) }
        world.advance(seconds: 1)
        await drain(service)
        #expect(throws: MessageLogFailure.self) { try service.admit(at: world.now()) }
        do { try service.admit(at: world.now()) } catch {
            #expect(error.description.contains("TSA first: no route") && error.description.contains("TSA second: no route"))
        }
        for authority in [TimestampingWorld.first, TimestampingWorld.second] { world.set(.stamps, of: authority) }
        world.advance(seconds: 60)
        let time = world.now()
        await drain(service)
        #expect(world.now() == time)
        #expect(world.saved.timestamps.map { ($0.last - $0.first) / 2 + 1 } == Array(repeating: 10_000, count: 10))
        #expect(world.events.contains(.batchNearlyFull(count: 10_000, limit: 10_000)))
        #expect(throws: Never.self) { try service.admit(at: world.now()) }
        try expectAllStamped()
    }

    @Test(arguments: [(6_999, false), (7_000, true)]) func warningBeforeABatchIsFull(_ count: Int, _ warned: Bool) async throws {
        world.commit(count)
        await drain(try await world.service())
        #expect(world.events.contains(.batchNearlyFull(count: count, limit: 10_000)) == warned)
    }

    /// The token was there, its save failed: the process dies, and the next one stamps the same messages, once.
    @Test func deathBeforeTheSave() async throws {
        world.failSaves([.storageFull(detail: "no space")])
        world.commit(5)
        let died = try await world.service()
        await drain(died)
        #expect(world.events == [.storeFailed(.storageFull(detail: "no space"))])
        #expect(world.saved.timestamps.isEmpty)
        world.commit(2)
        await drain(try await world.service())
        #expect(world.saved.timestamps.map(\.first) == [2] && world.saved.timestamps.map(\.last) == [14])
        try expectAllStamped()
    }

    /// Two processes never run at once, but a batch that was saved after all is not saved again.
    @Test func rangeThatIsAlreadyStamped() async throws {
        world.commit(3)
        let service = try await world.service()
        let other = try await world.service()
        await drain(service)
        await drain(other)
        #expect(world.saved.timestamps.count == 1)
    }

    /// A process that was down for days refuses until the backlog of before is stamped, and stamps it first of all.
    @Test func backlogOfAnEarlierProcess() async throws {
        world.commit(3)
        world.advance(seconds: 100_000)
        let service = try await world.service()
        #expect(throws: MessageLogFailure.self) { try service.admit(at: world.now()) }
        _ = await service.round()
        #expect(throws: Never.self) { try service.admit(at: world.now()) }
        try expectAllStamped()
    }

    @Test func noAuthorities() async throws {
        world.approve([], certificates: [])
        world.commit(1)
        let service = try await world.service()
        await drain(service)
        #expect(world.events.last == .noAuthorities(reason: "the global configuration approves none"))
        #expect(throws: Never.self) { try service.admit(at: world.now()) }
        world.advance(seconds: 14_401)
        #expect(throws: MessageLogFailure.timestampingFailed(since: TimestampingScheduleTests.start, failures: [])) {
            try service.admit(at: world.now())
        }
    }
}

/// The signature document of a stamped message, of which only the digest is known.
private struct SignatureDocumentDigest: SignedParts {
    let digest: [UInt8]
    var names: [String] { [PartName.signature] }
    var areAtHand: Bool { true }
    var mayLackParts: Bool { false }

    func digest(of name: String, _ algorithm: DigestAlgorithm, canonicalization: CanonicalizationMethod?) -> [UInt8]? {
        name == PartName.signature && algorithm == .sha512 ? digest : nil
    }
}
