import Logging
import MessageLog
import ServiceLifecycle
import Storage

/// Erases the content of records whose service's retention has ended, each hour, but for what is on hold and, where messages are
/// time-stamped, what has no time-stamp yet. Each run that erases something leaves an entry in the log.
struct RetentionJob: Service {
    let desk: LogDesk
    let log: Logger
    private static let intervalMilliseconds: Int64 = 3_600_000
    /// After the start, when there is much else to do.
    private static let delayMilliseconds: Int64 = 60_000

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var wait = Self.delayMilliseconds
            while (try? await Task.sleep(for: .milliseconds(wait))) != nil {
                do {
                    let count = try await erase()
                    if count > 0 { log.info("retention ended", metadata: ["records": "\(count)"]) }
                } catch {
                    log.error("records whose retention has ended are still there", metadata: ["reason": "\(error)"])
                }
                wait = Self.intervalMilliseconds
            }
        }
    }

    /// The number of records. If the process dies in it, the next run goes on with what is left.
    func erase() async throws -> Int64 {
        let reader = desk.journal.reader
        var count: Int64 = 0
        var last: Int64 = 0
        while !Task.isCancelled {
            let through = try await desk.folder.hasTimestamps(reader) ? reader.lastTimestamped() : .max
            let numbers = try await reader.retentionEnded(
                at: desk.now(), after: last, through: through, limit: Int(EraseRecords.recordsOfEvent))
            guard let end = numbers.last else { break }
            let records = RecordRanges(numbers)
            let event = LogEvent(kind: "retention", statement: ["records": "\(records)"], time: desk.now())
            _ = try await desk.journal.erase(records, event: event)
            (count, last) = (count + records.count, end)
        }
        return count
    }
}
