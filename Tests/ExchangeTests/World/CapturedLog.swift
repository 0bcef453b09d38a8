import Logging
import Synchronization
import Testing

/// What a server wrote into its log about exchanges.
final class CapturedLog: Sendable {
    struct Line: Sendable {
        let level: Logger.Level
        let message: String
        let fields: [String: String]
    }

    private let lines = Mutex<[Line]>([])

    var logger: Logger { Logger(label: "exchange") { _ in Handler(log: self) } }

    /// The lines about exchanges, once there are so many: a line is written after the answer has left.
    func exchanges(_ count: Int = 1) async throws -> [Line] {
        for _ in 0..<500 {
            let found = lines.withLock { $0.filter { $0.message.hasPrefix("exchange") } }
            if found.count >= count { return found }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("the log has no \(count) exchanges: \(lines.withLock { $0 })")
        return []
    }

    private struct Handler: LogHandler {
        let log: CapturedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.info

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let fields = (event.metadata ?? [:]).mapValues { "\($0)" }
            log.lines.withLock { $0.append(Line(level: event.level, message: "\(event.message)", fields: fields)) }
        }
    }
}
