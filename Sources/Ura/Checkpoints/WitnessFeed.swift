import Logging
import MessageLog
import Synchronization
import XRoadModel

/// Keeps one witness up to date with the log's last checkpoint.
struct WitnessFeed<Tree: TreeReading & Sendable>: Sendable {
    private let client: WitnessClient<Tree>
    private let store: any CheckpointStore
    private let log: Logger
    private let news = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private static var maximumWaitSeconds: Int { 300 }

    init(client: WitnessClient<Tree>, store: any CheckpointStore, log: Logger) {
        self.client = client
        self.store = store
        var log = log
        log[metadataKey: "witness"] = "\(client.witness.key.name)"
        self.log = log
    }

    /// There may be a new checkpoint.
    func announce() { news.continuation.yield() }

    /// Until the task is cancelled. What fails is tried again, always with the last checkpoint: it stands for all before it.
    func run(cosigned: @escaping @Sendable () -> Void) async {
        for await _ in news.stream {
            var wait = 1
            while !Task.isCancelled, await !send(cosigned) {
                try? await Task.sleep(for: .seconds(wait))
                wait = min(2 * wait, Self.maximumWaitSeconds)
            }
        }
    }

    /// True where the witness has cosigned the last checkpoint or there is none.
    func send(_ cosigned: @Sendable () -> Void) async -> Bool {
        do {
            guard let checkpoint = try await store.latest()?.signed else { return true }
            let size = checkpoint.checkpoint.size
            let outcome = try await client.send(checkpoint)
            guard case .cosigned(let line) = outcome else {
                report(outcome, size: size)
                return false
            }
            try await store.save(line, of: size)
            cosigned()
            log.debug("checkpoint cosigned", metadata: ["size": "\(size)"])
            return true
        } catch {
            log.error("checkpoint cannot be sent", metadata: ["reason": "\(error)"])
            return false
        }
    }

    private func report(_ outcome: WitnessOutcome, size: Int64) {
        switch outcome {
        case .cosigned: break
        case .logRolledBack(let witnessed):
            log.critical(
                "the witness has cosigned a larger log: entries of this log are lost, it was rolled back",
                metadata: ["size": "\(size)", "witnessed": "\(witnessed)"])
        case .logRewritten(let reason):
            log.critical(
                "the witness has cosigned another log under this name: entries were changed, or two servers write it",
                metadata: ["size": "\(size)", "reason": "\(reason)"])
        case .refused(let status, let reason):
            log.error("witness refuses the checkpoint", metadata: ["status": "\(status)", "reason": "\(reason)"])
        case .unreachable(let reason): log.warning("witness gives no answer", metadata: ["reason": "\(reason)"])
        }
    }
}

/// How long no witness has cosigned although there was something to cosign.
final class WitnessSilence: Sendable {
    private let state = Mutex<(since: Instant?, warned: Instant?)>((nil, nil))

    /// A checkpoint is there that nobody has cosigned.
    func begin(at now: Instant) { state.withLock { $0.since = $0.since ?? now } }

    func end() { state.withLock { $0 = (nil, nil) } }

    /// Since when, where that is `seconds` or more and was not told in the last `seconds`.
    func toTell(after seconds: Int64, at now: Instant) -> Instant? {
        state.withLock { state in
            guard let since = state.since, now.seconds(since: since) >= seconds,
                state.warned.map({ now.seconds(since: $0) >= seconds }) ?? true
            else { return nil }
            state.warned = now
            return since
        }
    }
}
