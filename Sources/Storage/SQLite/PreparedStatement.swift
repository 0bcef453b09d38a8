import GRDB
import GRDBSQLite

/// A value of one column.
enum ColumnValue {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
    init(_ value: Int?) { self = value.map { .integer(Int64($0)) } ?? .null }
    init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    init(_ value: [UInt8]?) { self = value.map { .blob($0) } ?? .null }
}

/// A statement that is prepared once and run for each row: on the writer's thread GRDB's own arguments would cost more than SQLite's
/// work. Belongs to one connection and must go before it.
final class PreparedStatement {
    private let connection: SQLiteConnection?
    private var statement: OpaquePointer?

    init(_ database: Database, _ sql: String) throws {
        connection = database.sqliteConnection
        let status = sqlite3_prepare_v3(connection, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard status == SQLITE_OK, statement != nil else { throw failure(status) }
    }

    deinit { sqlite3_finalize(statement) }

    /// Runs a statement that gives no rows.
    func run(_ values: ColumnValue...) throws {
        let status = bind(values, from: 0)
        sqlite3_reset(statement)
        // What was bound without a copy is about to go.
        sqlite3_clear_bindings(statement)
        guard status == SQLITE_DONE else { throw failure(status) }
    }

    /// Binds the values where they lie and steps while they are there: each text or blob holds its memory for the rest.
    private func bind(_ values: [ColumnValue], from start: Int) -> Int32 {
        for index in start..<values.count {
            let position = Int32(index + 1)
            var status = SQLITE_OK
            switch values[index] {
            case .null: status = sqlite3_bind_null(statement, position)
            case .integer(let value): status = sqlite3_bind_int64(statement, position, value)
            case .blob(let bytes) where bytes.isEmpty: status = sqlite3_bind_zeroblob(statement, position, 0)
            case .blob(let bytes):
                return bytes.withUnsafeBufferPointer { bytes in
                    let status = sqlite3_bind_blob64(statement, position, bytes.baseAddress, UInt64(bytes.count), nil)
                    return status == SQLITE_OK ? bind(values, from: index + 1) : status
                }
            case .text(var text):
                return text.withUTF8 { text in
                    let status = text.withMemoryRebound(to: CChar.self) {
                        sqlite3_bind_text64(
                            statement, position, $0.baseAddress, UInt64($0.count), nil, UInt8(SQLITE_UTF8))
                    }
                    return status == SQLITE_OK ? bind(values, from: index + 1) : status
                }
            }
            guard status == SQLITE_OK else { return status }
        }
        return sqlite3_step(statement)
    }

    private func failure(_ status: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: status == SQLITE_OK ? SQLITE_ERROR : status),
            message: sqlite3_errmsg(connection).map { String(cString: $0) })
    }
}
