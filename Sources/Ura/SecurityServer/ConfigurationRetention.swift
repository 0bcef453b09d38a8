import GlobalConfiguration
import Logging
import ServiceLifecycle
import Storage

/// Removes global configurations, once a day, that are superseded and that no message in the log refers to: a message is verified by
/// the configuration that it was sent under, however long ago.
struct ConfigurationRetention: Service {
    let folder: ConfigurationFolder
    let journal: SQLiteJournal
    let environment: SystemEnvironment
    let log: Logger
    private static let intervalSeconds: Int64 = 86_400
    /// Longer than any exchange that began under a configuration may last, and than a configuration is good for.
    private static let marginSeconds: Int64 = 7 * 86_400

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(Self.intervalSeconds))) != nil {
                do {
                    let count = try await discard()
                    if count > 0 { log.info("configurations removed", metadata: ["count": "\(count)"]) }
                } catch {
                    log.error("configurations cannot be removed", metadata: ["reason": "\(error)"])
                }
            }
        }
    }

    /// The number of those removed.
    func discard() async throws -> Int {
        let superseded = try await folder.superseded(before: environment.now().adding(seconds: -Self.marginSeconds))
        guard !superseded.isEmpty else { return 0 }
        let needed = try await journal.reader.configurations(referredToAmong: Set(superseded.map(\.bytes)))
        let discarded = superseded.filter { !needed.contains($0.bytes) }
        try await folder.discard(discarded)
        return discarded.count
    }
}
