import GRDB
import MessageLog

/// The hashes of the log's tree, as far as they are durable.
extension SQLiteLogReader: TreeReading {
    package func treeSize() throws(MessageLogFailure) -> Int64 {
        do { return try database.read(Self.entryCount) } catch { throw MessageLogFailure("read tree", error) }
    }

    package func leafHashes(_ range: Range<Int64>) throws(MessageLogFailure) -> [TreeHash] {
        do {
            return try database.read { database in
                let sql = """
                    SELECT number, leaf_hash FROM record WHERE number > ?1 AND number <= ?2
                    UNION ALL SELECT number, leaf_hash FROM event WHERE number > ?1 AND number <= ?2 ORDER BY number
                    """
                var hashes: [TreeHash] = []
                hashes.reserveCapacity(range.count)
                let rows = try Row.fetchCursor(database, sql: sql, arguments: [range.lowerBound, range.upperBound])
                while let row = try rows.next() {
                    let index = range.lowerBound + Int64(hashes.count)
                    guard row["number"] == index + 1, let hash = TreeHash(bytes: row.bytes("leaf_hash")) else {
                        throw MessageLogFailure.unknownLeaf(index: index)
                    }
                    hashes.append(hash)
                }
                guard hashes.count == range.count else {
                    throw MessageLogFailure.unknownLeaf(index: range.lowerBound + Int64(hashes.count))
                }
                return hashes
            }
        } catch {
            throw MessageLogFailure("read tree", error)
        }
    }

    package func tile(level: Int, position: Int64) throws(MessageLogFailure) -> TreeHash? {
        do {
            return try database.read { database in
                let row = try Row.fetchOne(
                    database, sql: "SELECT hash FROM tree_tile WHERE level = ? AND position = ?", arguments: [level, position])
                return row.flatMap { TreeHash(bytes: $0.bytes("hash")) }
            }
        } catch {
            throw MessageLogFailure("read tree", error)
        }
    }
}
