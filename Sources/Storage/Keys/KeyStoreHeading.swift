import Foundation
import GRDB
import MessageLog
import PKI

/// What the key store's own row says: which store it is and how its passphrase becomes a key.
struct KeyStoreHeading {
    /// A log names the store that has its keys.
    let identifier: String
    private let salt: [UInt8]
    private let cost: PassphraseCost
    private let check: [UInt8]

    /// Nil in a store that is just made.
    init?(_ database: Database, path: String) throws {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM store") else { return nil }
        guard
            let cost = PassphraseCost(
                iterations: row["iterations"], blockSize: row["block_size"], parallelism: row["parallelism"])
        else { throw StorageFailure.damaged(path: path, detail: "the passphrase's cost is out of bounds") }
        identifier = row["identifier"]
        salt = row.bytes("salt")
        check = row.bytes("passphrase_check")
        self.cost = cost
    }

    /// Fails where it is not the passphrase that the store was made with.
    func key(_ passphrase: SecretBytes, path: String) throws -> PassphraseKey {
        let key = try PassphraseKey(passphrase: passphrase, salt: salt, cost: cost)
        guard try key.fits(check) else { throw StorageFailure.wrongPassphrase(path: path) }
        return key
    }

    /// The row of a new store.
    static func make(_ passphrase: SecretBytes, cost: PassphraseCost, in database: Database) throws {
        let salt = Randomness.bytes(PassphraseKey.saltLength)
        let key = try PassphraseKey(passphrase: passphrase, salt: salt, cost: cost)
        try PreparedStatement(database, "INSERT INTO store VALUES (?, ?, ?, ?, ?, ?, 1, 0)").run(
            .text(Hexadecimal.encode(Randomness.bytes(8))), .blob(salt), .integer(Int64(cost.iterations)),
            .integer(Int64(cost.blockSize)), .integer(Int64(cost.parallelism)), .blob(try key.makeCheck()))
    }
}

extension Row {
    /// The bytes of a column that is not null.
    func bytes(_ column: String) -> [UInt8] { [UInt8](self[column] as Data) }

    func optionalBytes(_ column: String) -> [UInt8]? { (self[column] as Data?).map { [UInt8]($0) } }
}
