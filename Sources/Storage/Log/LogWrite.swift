import GRDB
import MessageLog

/// Something for the writer to do. It gives a number: of the entry that was appended, or 0 where there is none.
enum LogWrite: Sendable {
    case record(SealedRecord)
    case event(LogEvent)
    /// Anything else that changes the log's tables. What it throws is its own: others of the group are committed without it.
    case change(@Sendable (Database, LogAppender) throws -> Int64)

    /// About what it puts into memory and database.
    var byteCount: Int {
        switch self {
        case .record(let record): record.storedByteCount + Self.rowBytes
        case .event, .change: Self.rowBytes
        }
    }

    /// Columns of a row and half-filled pages, about.
    private static let rowBytes = 1 << 10
}
