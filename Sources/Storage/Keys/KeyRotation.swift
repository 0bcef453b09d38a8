import GRDB
import MessageLog
import XRoadModel

/// A member's key is replaced: new data keys are wrapped with a new one, the old ones are wrapped anew without their content being
/// touched, and then the old member key is destroyed.
extension KeyStore {
    /// Keys that are wrapped anew in one transaction; between two of them records get theirs.
    private static let batchLength = 1024

    /// After this the member's new keys are wrapped with a new one, and the old one is retired. If the process dies now
    /// `finishRotations` goes on. Blocks the thread, as does what follows.
    func beginRotation(of member: MemberIdentifier) throws(MessageLogFailure) {
        try inTurn("rotate key") { pool in
            try pool.write { database in
                try database.execute(
                    sql: "UPDATE member_key SET retired = ? WHERE member = ? AND retired IS NULL",
                    arguments: [Instant.now.millisecondsSince1970, CodePath.encode(member)])
                _ = try addMemberKey(of: member, database)
            }
        }
    }

    /// Until no key is retired.
    func finishRotations() throws(MessageLogFailure) {
        var after: Int64? = 0
        while let last = after { after = try rotateBatch(after: last) }
    }

    /// Wraps some keys anew that a retired key has wrapped, or destroys the retired key when there are none left. `after` is the last
    /// key of the batch before. May be stopped at any point and begun anew: which key has wrapped a data key is in its row. Gives
    /// the last key of this batch; nil when no key is retired.
    func rotateBatch(after: Int64) throws(MessageLogFailure) -> Int64? {
        try inTurn("rotate key") { pool in
            let retired = try pool.read { database in
                try Row.fetchOne(database, sql: "SELECT * FROM member_key WHERE retired IS NOT NULL ORDER BY number LIMIT 1")
            }
            guard let retired else { return nil }
            if let last = try pool.write({ try rewrap(keysOf: retired, after: after, $0) }) { return last }
            try destroy(memberKey: retired["number"], pool)
            return 0
        }
    }

    /// The last key of the batch; nil when none is left.
    private func rewrap(keysOf retired: Row, after: Int64, _ database: Database) throws -> Int64? {
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT number, wrapped FROM record_key WHERE number > ? AND member_key = ? ORDER BY number LIMIT ?",
            arguments: [after, retired["number"] as Int64, Self.batchLength])
        let current = try Row.fetchOne(
            database, sql: "SELECT * FROM member_key WHERE member = ? AND retired IS NULL",
            arguments: [retired["member"] as String])
        guard let last = rows.last, let current else { return nil }
        let old = try keys.memberKey(retired)
        let new = try keys.memberKey(current)
        let update = try PreparedStatement(database, "UPDATE record_key SET member_key = ?, wrapped = ? WHERE number = ?")
        for row in rows {
            let number: Int64 = row["number"]
            guard let key = try old.unwrap(row.bytes("wrapped"), number: number) else {
                throw MessageLogFailure.sealingFailed(reason: "data key \(number) is damaged")
            }
            try update.run(.integer(new.number), .blob(try new.wrap(key)), .integer(number))
        }
        return last["number"]
    }

    /// Nothing is wrapped with it any more: what was is overwritten in the file, and the WAL, which may hold both, is emptied.
    private func destroy(memberKey number: Int64, _ pool: DatabasePool) throws {
        try pool.write { database in
            try database.execute(
                sql: """
                    DELETE FROM member_key WHERE number = ?1
                        AND NOT EXISTS (SELECT 1 FROM record_key WHERE member_key = ?1)
                    """, arguments: [number])
            guard database.changesCount == 1 else {
                throw MessageLogFailure.storageFailed(step: "rotate key", detail: "member key \(number) is still used")
            }
        }
        _ = try pool.writeWithoutTransaction { try $0.checkpoint(.truncate) }
        keys.forget(memberKey: number)
    }
}
