import Dispatch
import GRDB
import MessageLog
import PKI
import XRoadModel

/// The keys of a log, in a folder of their own that ordinary backups leave out: whoever has an old copy of a destroyed key and the
/// passphrase could open what was erased. One process writes; the log's lock is held for it.
final class KeyStore: Sendable {
    /// Data keys made ahead of need, all or some of them unused.
    struct Block: Hashable {
        let numbers: ClosedRange<Int64>
        /// How many entries the log had.
        let entries: Int64
    }

    let keys: RecordKeys
    private let database: DurableDatabase
    private let readAccess: ReadAccess
    private let passphraseKey: PassphraseKey
    /// Where rotations run, one after the other, for as long as they take.
    let rotations = DispatchQueue(label: "key rotations", qos: .utility)
    /// Everything that writes, in turn.
    private let queue = DispatchQueue(label: "record keys")

    /// Makes the store where there is none.
    init(in logFolder: PrivateFolder, passphrase: SecretBytes, cost: PassphraseCost) throws(StorageFailure) {
        let folder = try PrivateFolder(path: logFolder.file(RecordKeys.folder))
        database = try DurableDatabase(in: folder, file: RecordKeys.file, schema: .keys, automaticCheckpoints: true)
        let path = database.path
        readAccess = ReadAccess(database.pool)
        do {
            let heading = try database.pool.write { database -> KeyStoreHeading? in
                if let heading = try KeyStoreHeading(database, path: path) { return heading }
                try KeyStoreHeading.make(passphrase, cost: cost, in: database)
                return try KeyStoreHeading(database, path: path)
            }
            guard let heading else { throw StorageFailure.cannotOpen(path: path, detail: "its row is missing") }
            passphraseKey = try heading.key(passphrase, path: path)
            keys = RecordKeys(
                database: readAccess, storeIdentifier: heading.identifier, passphraseKey: passphraseKey)
            // A process that died may have destroyed keys and not yet emptied the WAL.
            try database.discardFormerPages()
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            throw .cannotOpen(path: path, detail: "\(error)")
        }
    }

    /// Blocks the caller until it is done in its turn.
    func inTurn<Value>(_ step: String, _ work: (DatabasePool) throws -> Value) throws(MessageLogFailure) -> Value {
        do { return try queue.sync { try work(database.pool) } } catch { throw MessageLogFailure(step, error) }
    }

    func async(_ work: @escaping @Sendable () -> Void) { queue.async(execute: work) }

    /// New data keys of a member, durable when this returns: a record may use them. `closed` blocks are no longer looked after, and
    /// their keys that are `unused` go. In turn.
    func makeBlock(
        _ count: Int, for member: MemberIdentifier, entries: Int64, closed: [Block] = [], unused: [Int64] = []
    ) throws(MessageLogFailure) -> (block: Block, keys: [RecordKey]) {
        do {
            return try database.pool.write { database in
                let memberKey = try currentKey(of: member, database)
                let first = try Int64.fetchOne(database, sql: "SELECT next_key FROM store") ?? 1
                let block = Block(numbers: first...(first + Int64(count) - 1), entries: entries)
                let keys = RecordKey.block(from: first, count: count)
                let insert = try PreparedStatement(database, "INSERT INTO record_key VALUES (?, ?, ?)")
                for key in keys {
                    try insert.run(.integer(key.number), .integer(memberKey.number), .blob(try memberKey.wrap(key)))
                }
                try PreparedStatement(database, "UPDATE store SET next_key = ?").run(.integer(block.numbers.upperBound + 1))
                try PreparedStatement(database, "INSERT INTO key_block VALUES (?, ?, ?)").run(
                    .integer(first), .integer(block.numbers.upperBound), .integer(entries))
                try Self.close(closed, unused: unused, database)
                return (block, keys)
            }
        } catch {
            throw MessageLogFailure("make keys", error)
        }
    }

    /// The next data key has this number or a higher one.
    func beginNumbers(at number: Int64) throws(MessageLogFailure) {
        try inTurn("number keys") { pool in
            try pool.write { database in
                try PreparedStatement(database, "UPDATE store SET next_key = max(next_key, ?)").run(.integer(number))
            }
        }
    }

    private func currentKey(of member: MemberIdentifier, _ database: Database) throws -> MemberKey {
        let path = CodePath.encode(member)
        let sql = "SELECT * FROM member_key WHERE member = ? AND retired IS NULL"
        if let row = try Row.fetchOne(database, sql: sql, arguments: [path]) { return try keys.memberKey(row) }
        return try addMemberKey(of: member, database)
    }

    /// The member's key from now on.
    func addMemberKey(of member: MemberIdentifier, _ database: Database) throws -> MemberKey {
        let number = (try Int64.fetchOne(database, sql: "SELECT max(seq) FROM sqlite_sequence") ?? 0) + 1
        let key = MemberKey.make(number: number, member: member)
        try PreparedStatement(database, "INSERT INTO member_key VALUES (?, ?, ?, NULL, ?)").run(
            .integer(number), .text(CodePath.encode(member)), .integer(Instant.now.millisecondsSince1970),
            .blob(try key.sealed(under: passphraseKey)))
        return key
    }

    private static func close(_ blocks: [Block], unused: [Int64], _ database: Database) throws {
        let remove = try PreparedStatement(database, "DELETE FROM record_key WHERE number = ?")
        for number in unused { try remove.run(.integer(number)) }
        let close = try PreparedStatement(database, "DELETE FROM key_block WHERE first = ?")
        for block in blocks { try close.run(.integer(block.numbers.lowerBound)) }
    }
}

/// Keys that go.
extension KeyStore {
    /// Destroys data keys for good; `erasure` is the last event that wants it. If the process dies before this returns some or all may
    /// still be there; the caller does it again.
    func destroy(_ numbers: [Int64], erasure: Int64) throws(MessageLogFailure) {
        try inTurn("destroy keys") { pool in
            try pool.write { database in
                let remove = try PreparedStatement(database, "DELETE FROM record_key WHERE number = ?")
                for number in numbers { try remove.run(.integer(number)) }
                try PreparedStatement(database, "UPDATE store SET last_erasure = max(last_erasure, ?)").run(.integer(erasure))
            }
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        }
    }

    /// The last erasure that has reached this store.
    func lastErasure() throws(MessageLogFailure) -> Int64 {
        try inTurn("read key store") { pool in
            try pool.read { try Int64.fetchOne($0, sql: "SELECT last_erasure FROM store") ?? 0 }
        }
    }

    /// Removes the keys that a process made ahead of need and did not use before it died. `isUsed` knows the keys of records from an
    /// entry on.
    func removeUnused(used: (_ after: Int64) throws -> Set<Int64>) throws(MessageLogFailure) {
        try inTurn("remove unused keys") { pool in
            let blocks = try pool.read { database in
                try Row.fetchAll(database, sql: "SELECT * FROM key_block").map { row in
                    Block(numbers: (row["first"] as Int64)...(row["last"] as Int64), entries: row["entries"])
                }
            }
            guard let oldest = blocks.map(\.entries).min() else { return }
            let used = try used(oldest)
            try pool.write { database in
                try Self.close(blocks, unused: blocks.flatMap(\.numbers).filter { !used.contains($0) }, database)
            }
        }
    }

    /// The same with what the running process knows; nothing is written afterwards.
    func close(_ blocks: [Block], unused: [Int64]) throws(MessageLogFailure) {
        try inTurn("close key store") { pool in
            try pool.write { try Self.close(blocks, unused: unused, $0) }
            _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
            readAccess.close()
            try pool.close()
        }
    }
}
