import MessageLog
import Testing
import XRoadModel

struct CheckpointerTests {
    let keys: TestKeys
    let store = MemoryCheckpointStore()

    init() throws { keys = try TestKeys() }

    private func checkpointer(_ tree: MemoryTree, _ signer: NoteSigner? = nil) -> Checkpointer<MemoryTree> {
        Checkpointer(tree: tree, store: store, signer: signer ?? keys.log)
    }

    @Test func signsWhatHasGrownAndOnlyThen() async throws {
        #expect(try await checkpointer(MemoryTree()).checkpoint(at: TestKeys.time) == nil)
        for size in [1, 2, 300] {
            let tree = MemoryTree.of(size)
            let made = try #require(try await checkpointer(tree).checkpoint(at: TestKeys.time))
            #expect(made.signed.checkpoint.size == Int64(size) && made.signed.checkpoint.root == tree.frontier.root)
            #expect(try made.signed.note.verified(by: [keys.log.verifierKey]).count == 1)
            #expect(await store.latest() == made)
            #expect(try await checkpointer(tree).checkpoint(at: TestKeys.time) == nil)
        }
        #expect(await store.kept.count == 3)
    }

    @Test func neverSignsWhatDoesNotBeginWithWhatItSigned() async throws {
        _ = try await checkpointer(MemoryTree.of(300)).checkpoint(at: TestKeys.time)
        await #expect(throws: MessageLogFailure.logRolledBack(size: 299, known: 300)) {
            try await checkpointer(MemoryTree.of(299)).checkpoint(at: TestKeys.time)
        }
        for size in [300, 400] {
            await #expect(throws: MessageLogFailure.logRewritten(known: 300)) {
                try await checkpointer(MemoryTree.of(size, changedFrom: 299)).checkpoint(at: TestKeys.time)
            }
        }
        #expect(await store.kept.count == 1)
    }

    /// A new key signs on; a new name would be a new log.
    @Test func aLogKeepsItsName() async throws {
        _ = try await checkpointer(MemoryTree.of(3)).checkpoint(at: TestKeys.time)
        #expect(try await checkpointer(MemoryTree.of(4), TestKeys().log).checkpoint(at: TestKeys.time) != nil)
        let other = try TestKeys(origin: "log.example/2")
        await #expect(throws: MessageLogFailure.originChanged(former: "log.example/1", now: "log.example/2")) {
            try await checkpointer(MemoryTree.of(5), other.log).checkpoint(at: TestKeys.time)
        }
    }
}
