import GRDB
import MessageLog
import PKI
import Synchronization

/// Opens the data keys of records: what a reader of content needs besides the log.
package final class RecordKeys: RecordKeyReading {
    static let folder = "keys"
    static let file = "recordkeys.sqlite"

    let storeIdentifier: String
    private let database: ReadAccess
    private let passphraseKey: PassphraseKey
    /// Members' keys that were opened, by number.
    private let opened = Mutex<[Int64: MemberKey]>([:])

    init(database: ReadAccess, storeIdentifier: String, passphraseKey: PassphraseKey) {
        self.database = database
        self.storeIdentifier = storeIdentifier
        self.passphraseKey = passphraseKey
    }

    /// For commands beside a running server: takes no lock and changes nothing. `logFolder` is the log's.
    package convenience init(logFolder: String, passphrase: SecretBytes) throws(StorageFailure) {
        let path = "\(logFolder)/\(Self.folder)/\(Self.file)"
        let database = ReadAccess(try DurableDatabase.reader(path, schema: StoreSchema.keys.version))
        do {
            guard let heading = try database.read({ try KeyStoreHeading($0, path: path) }) else {
                throw StorageFailure.cannotOpen(path: path, detail: "it has no keys yet")
            }
            self.init(
                database: database, storeIdentifier: heading.identifier, passphraseKey: try heading.key(passphrase, path: path))
        } catch let failure as StorageFailure {
            throw failure
        } catch {
            throw .cannotOpen(path: path, detail: "\(error)")
        }
    }

    /// Nil where there is no such key: it was destroyed.
    package func key(_ number: Int64) throws(MessageLogFailure) -> RecordKey? {
        do {
            // One statement: a rotation may rewrap the key and remove the member's old one meanwhile.
            let sql = """
                SELECT wrapped, member_key.number, member, sealed FROM record_key JOIN member_key ON member_key.number = member_key
                WHERE record_key.number = ?
                """
            guard let row = try database.read({ try Row.fetchOne($0, sql: sql, arguments: [number]) }) else { return nil }
            guard let key = try memberKey(row).unwrap(row.bytes("wrapped"), number: number) else {
                throw MessageLogFailure.sealingFailed(reason: "data key \(number) is damaged")
            }
            return key
        } catch {
            throw MessageLogFailure("open key", error)
        }
    }

    /// From a row with `number`, `member` and `sealed`.
    func memberKey(_ row: Row) throws -> MemberKey {
        let number: Int64 = row["number"]
        if let key = opened.withLock({ $0[number] }) { return key }
        guard let member = CodePath.decodeMember(row["member"]),
            let key = try MemberKey(sealed: row.bytes("sealed"), number: number, member: member, under: passphraseKey)
        else { throw MessageLogFailure.sealingFailed(reason: "member key \(number) is damaged") }
        keep(key)
        return key
    }

    func keep(_ key: MemberKey) { opened.withLock { $0[key.number] = key } }

    /// Wipes a member's key from memory, once nobody uses it.
    func forget(memberKey number: Int64) { opened.withLock { _ = $0.removeValue(forKey: number) } }
}
