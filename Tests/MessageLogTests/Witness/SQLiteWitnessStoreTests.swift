import Foundation
import MessageLog
import Storage
import TestSupport
import Testing

/// What a witness has cosigned it knows for good.
struct SQLiteWitnessStoreTests {
    let keys: TestKeys
    let folder: TemporaryFolder
    let tree = MemoryTree.of(400)
    var path: String { folder.url.appendingPathComponent("state").path }

    init() throws {
        keys = try TestKeys()
        folder = try TemporaryFolder()
    }

    @Test func remembersEveryCheckpointOfEachLog() async throws {
        let other = try TestKeys(origin: "log.example/2")
        do {
            let store = try SQLiteWitnessStore(folder: path)
            for (old, new) in [(0, 1), (1, 300), (300, 400)] as [(Int64, Int64)] {
                #expect(try await store.save(tree.checkpoint(keys, size: new), expectedSize: old, at: TestKeys.time))
            }
            #expect(try await store.save(tree.checkpoint(other, size: 7), expectedSize: 0, at: TestKeys.time))
        }
        let store = try SQLiteWitnessStore(reading: path)
        #expect(try await store.latest(of: keys.log.verifierKey.name) == tree.checkpoint(keys, size: 400))
        #expect(try await store.checkpoint(of: keys.log.verifierKey.name, size: 300) == tree.checkpoint(keys, size: 300))
        #expect(try await store.checkpoint(of: keys.log.verifierKey.name, size: 301) == nil)
        #expect(try await store.latest(of: other.log.verifierKey.name)?.checkpoint.size == 7)
        await #expect(throws: MessageLogFailure.self) {
            try await store.save(tree.checkpoint(keys), expectedSize: 400, at: TestKeys.time)
        }
    }

    @Test func nothingIsKeptOfWhatCameTooLate() async throws {
        let store = try SQLiteWitnessStore(folder: path)
        #expect(try await store.save(tree.checkpoint(keys, size: 300), expectedSize: 0, at: TestKeys.time))
        #expect(try await !store.save(tree.checkpoint(keys, size: 400), expectedSize: 0, at: TestKeys.time))
        #expect(try await !store.save(tree.checkpoint(keys, size: 400), expectedSize: 400, at: TestKeys.time))
        #expect(try await store.latest(of: keys.log.verifierKey.name)?.checkpoint.size == 300)
    }

    /// The same checkpoint again takes no room; only its cosignature is the newer one.
    @Test func theSameCheckpointIsKeptOnce() async throws {
        let store = try SQLiteWitnessStore(folder: path)
        var cosigned = try tree.checkpoint(keys, size: 300)
        for second in 0..<20 as Range<Int64> {
            let time = TestKeys.time.adding(seconds: second)
            cosigned = try tree.checkpoint(keys, size: 300)
            cosigned.add([try keys.witness.sign(cosigned.note.text, at: time)])
            #expect(try await store.save(cosigned, expectedSize: second == 0 ? 0 : 300, at: time))
        }
        #expect(try await store.latest(of: keys.log.verifierKey.name) == cosigned)
        let count = try runTool("sqlite3", ["\(path)/witness.sqlite", "SELECT count(*) FROM cosigned"])
        #expect(count.text == "1\n")
    }

    @Test func oneProcessWritesAndNobodyElseReads() throws {
        let store = try SQLiteWitnessStore(folder: path)
        #expect(throws: StorageFailure.inUse(path: path)) { try SQLiteWitnessStore(folder: path) }
        withExtendedLifetime(store) {}
        let open = folder.url.appendingPathComponent("open").path
        try FileManager.default.createDirectory(
            atPath: open, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
        #expect(throws: StorageFailure.notPrivate(path: open, mode: "755")) { try SQLiteWitnessStore(folder: open) }
        #expect(throws: StorageFailure.self) { try SQLiteWitnessStore(reading: folder.url.path) }
    }
}
