import MessageLog
import PKI
import Testing

/// What C2SP tlog-witness asks of a witness.
struct WitnessTests {
    let keys: TestKeys
    let store = MemoryWitnessStore()
    let witness: Witness
    let tree = MemoryTree.of(600)

    init() throws {
        keys = try TestKeys()
        witness = Witness(
            logs: [WitnessedLog(origin: keys.log.verifierKey.name, keys: [keys.log.verifierKey])], signer: keys.witness,
            store: store)
    }

    private func request(
        _ old: Int64, _ new: Int64, tree: MemoryTree? = nil, keys: TestKeys? = nil, proof: [TreeHash]? = nil
    ) throws -> [UInt8] {
        let tree = tree ?? self.tree
        return WitnessRequest(
            oldSize: old, proof: try proof ?? TreeProofs(tree).consistency(from: min(old, new), to: new),
            checkpoint: try tree.checkpoint(keys ?? self.keys, size: new)
        ).encoded
    }

    private func add(_ body: [UInt8]) async throws -> WitnessAnswer { try await witness.add(body, at: TestKeys.time) }

    @Test func cosignsALogAsItGrows() async throws {
        for (old, new) in [(0, 1), (1, 2), (2, 2), (2, 300), (300, 511), (511, 600)] as [(Int64, Int64)] {
            let answer = try await add(request(old, new))
            #expect(answer.status == 200)
            let line = try NoteSignature(line: #require(NoteText(answer.body).lines.first))
            let note = SignedNote(text: try tree.checkpoint(keys, size: new).note.text, signatures: [line])
            #expect(try note.verified(by: [keys.witness.verifierKey]).map(\.secondsSince1970) == [1_790_000_000])
        }
        let kept = await store.kept
        #expect(kept.map(\.checkpoint.size) == [1, 2, 2, 300, 511, 600])
        for checkpoint in kept {
            #expect(try checkpoint.note.verified(by: [keys.log.verifierKey, keys.witness.verifierKey]).count == 2)
        }
    }

    @Test func tellsItsSizeInAConflict() async throws {
        #expect(try await add(request(0, 300)).status == 200)
        for old in [0, 1, 299, 301] as [Int64] {
            let answer = try await add(request(old, 400))
            #expect(answer == WitnessAnswer(status: 409, contentType: "text/x.tlog.size", body: Array("300\n".utf8)))
        }
        #expect(await store.kept.count == 1)
    }

    @Test func neverCosignsAnInconsistentTree() async throws {
        #expect(try await add(request(0, 300)).status == 200)
        let other = MemoryTree.of(600, changedFrom: 299)
        let right = try TreeProofs(tree).consistency(from: 300, to: 400)
        let forged: [[UInt8]] = [
            try request(300, 400, tree: other), try request(300, 300, tree: other), try request(300, 400, proof: []),
            try request(300, 400, proof: right + [MerkleTree.emptyRoot]), try request(300, 400, proof: right.reversed()),
            try request(300, 300, proof: right), try request(300, 400, tree: other, proof: right),
        ]
        for body in forged { #expect(try await add(body).status == 422) }
        #expect(await store.kept.count == 1)
        #expect(try await add(request(300, 400)).status == 200)
    }

    @Test func theEmptyTreeHasOneRoot() async throws {
        let empty = MemoryTree()
        #expect(try await add(request(0, 0, tree: empty)).status == 200)
        let other = WitnessRequest(oldSize: 0, proof: [], checkpoint: try keys.checkpoint(0, root: tree.hashes[0]))
        #expect(try await add(other.encoded).status == 422)
        let proved = WitnessRequest(oldSize: 0, proof: [tree.hashes[0]], checkpoint: try tree.checkpoint(keys))
        #expect(try await add(proved.encoded).status == 422)
    }

    @Test func refusesWhatIsNotOfAKnownLog() async throws {
        let stranger = try TestKeys(origin: "log.example/2")
        #expect(try await add(request(0, 1, keys: stranger)).status == 404)
        let impostor = try TestKeys()
        #expect(try await add(request(0, 1, keys: impostor)).status == 403)
        var tampered = String(decoding: try request(0, 1), as: UTF8.self)
        tampered.replace("log.example/1\n1\n", with: "log.example/1\n2\n")
        #expect(try await add(Array(tampered.utf8)).status == 403)
        #expect(try await add(Array("old 0\n".utf8)).status == 400)
        #expect(try await add(request(5, 4)).status == 400)
        #expect(await store.kept.isEmpty)
    }

    /// A known key's wrong line spoils the note, though another known key has signed it.
    @Test func anyKnownKeyMaySignAndNoneMaySignWrong() async throws {
        let next = try TestKeys()
        let witness = Witness(
            logs: [WitnessedLog(origin: keys.log.verifierKey.name, keys: [keys.log.verifierKey, next.log.verifierKey])],
            signer: keys.witness, store: store)
        #expect(try await witness.add(request(0, 1, keys: next), at: TestKeys.time).status == 200)
        var mixed = try tree.checkpoint(keys, size: 2)
        mixed.add(try tree.checkpoint(next, size: 3).note.signatures)
        let body = WitnessRequest(oldSize: 1, proof: try TreeProofs(tree).consistency(from: 1, to: 2), checkpoint: mixed).encoded
        #expect(try await witness.add(body, at: TestKeys.time).status == 403)
    }

    /// Lines that nobody verified are not kept, nor handed on.
    @Test func keepsOnlyWhatItVerified() async throws {
        let stranger = try TestKeys(origin: "log.example/2")
        var checkpoint = try tree.checkpoint(keys, size: 1)
        checkpoint.add([try stranger.log.sign(checkpoint.note.text, at: TestKeys.time)])
        #expect(try await add(WitnessRequest(oldSize: 0, proof: [], checkpoint: checkpoint).encoded).status == 200)
        let kept = try #require(await store.kept.first)
        #expect(kept.note.signatures.map(\.name.text) == ["log.example/1", "witness.example/w1"])
        let served = try await witness.checkpoint(ofOriginHash: Witness.hash(of: keys.log.verifierKey.name))
        #expect(served.status == 200 && served.body == kept.note.encoded)
        #expect(try await witness.checkpoint(ofOriginHash: Witness.hash(of: stranger.log.verifierKey.name)).status == 404)
    }

    @Test func twoRequestsAtOnceDoNotRollItBack() async throws {
        await store.interrupt(with: try tree.checkpoint(keys, size: 500))
        let answer = try await add(request(0, 300))
        #expect(answer.status == 409 && answer.body == Array("500\n".utf8))
    }

    // MARK: The log's side

    private func client(_ tree: MemoryTree, _ transport: (any WitnessTransport)? = nil) -> WitnessClient<MemoryTree> {
        WitnessClient(
            witness: KnownWitness(url: "http://witness.example", key: keys.witness.verifierKey), tree: tree,
            transport: transport ?? DirectTransport(witness: witness))
    }

    @Test func aLogFindsOutWhatItsWitnessHas() async throws {
        #expect(try await add(request(0, 300)).status == 200)
        // A client that has just started knows nothing.
        guard case .cosigned(let line) = try await client(tree).send(tree.checkpoint(keys)) else {
            return #expect(Bool(false), "not cosigned")
        }
        #expect(line.secondsSince1970 == 1_790_000_000)
        #expect(await store.kept.last?.checkpoint.size == 600)
    }

    @Test func aLogLearnsThatItWasRolledBackOrRewritten() async throws {
        #expect(try await add(request(0, 500)).status == 200)
        let older = MemoryTree.of(400)
        #expect(try await client(older).send(older.checkpoint(keys)) == .logRolledBack(witnessed: 500))
        let other = MemoryTree.of(600, changedFrom: 450)
        guard case .logRewritten = try await client(other).send(other.checkpoint(keys)) else {
            return #expect(Bool(false), "not told")
        }
    }

    @Test(arguments: [
        (WitnessAnswer.refusal(404, "who?\u{7}"), WitnessOutcome.refused(status: 404, reason: "who?  ")),
        (.refusal(503, String(repeating: "x", count: 10_000)), .refused(status: 503, reason: String(repeating: "x", count: 256))),
        (.refusal(409, "many"), .refused(status: 409, reason: "many ")),
        (.refusal(409, "+5"), .refused(status: 409, reason: "+5 ")),
        (.refusal(409, "5"), .refused(status: 409, reason: "5 ")),
    ])
    func oddAnswersAreRefusals(answer: WitnessAnswer, outcome: WitnessOutcome) async throws {
        #expect(try await client(tree, FixedTransport(answer: answer)).send(tree.checkpoint(keys)) == outcome)
    }

    @Test func aForeignCosignatureIsNone() async throws {
        let other = try TestKeys()
        let checkpoint = try tree.checkpoint(keys)
        let foreign = try other.witness.sign(checkpoint.note.text, at: TestKeys.time)
        let earlier = try keys.witness.sign(tree.checkpoint(keys, size: 5).note.text, at: TestKeys.time)
        for text in [foreign.line + "\n", earlier.line + "\n", "", "\n", "ok\n"] {
            let answer = WitnessAnswer(status: 200, contentType: "text/plain", body: Array(text.utf8))
            guard case .refused(200, _) = try await client(tree, FixedTransport(answer: answer)).send(checkpoint) else {
                return #expect(Bool(false), "accepted \(text)")
            }
        }
        guard case .unreachable = try await client(tree, FixedTransport(answer: nil)).send(checkpoint) else {
            return #expect(Bool(false), "reached")
        }
    }
}
