import Exchange
import Logging
import MessageLog
import PKI
import ServiceLifecycle
import XRoadModel

/// Signs a checkpoint of the log at least every `intervalSeconds` while it grows and once more at shutdown, has it time-stamped and
/// sends it to the witnesses; has the key certified by the server's owner.
struct CheckpointService<Tree: TreeReading & Sendable>: Service {
    let checkpointer: Checkpointer<Tree>
    let store: any CheckpointStore
    let events: any EventJournal
    let timestamping: any CheckpointTimestamping
    let certifier: LogKeyCertifier
    let known: KnownCheckpoint
    let feeds: [WitnessFeed<Tree>]
    let settings: CheckpointSettings
    let environment: any ExchangeEnvironment
    let log: Logger
    private let silence = WitnessSilence()

    /// How long the last checkpoint may take to reach the witnesses when the server stops.
    private static var farewellSeconds: Int { 5 }

    func run() async throws {
        await withTaskGroup(of: Void.self) { group in
            for feed in feeds {
                group.addTask { await feed.run { silence.end() } }
                // A witness tells at once whether the log is still the one it knows.
                feed.announce()
            }
            await cancelWhenGracefulShutdown {
                repeat { await sign() } while (try? await Task.sleep(for: .seconds(settings.intervalSeconds))) != nil
            }
            group.cancelAll()
        }
        await sign()
        await sayFarewell()
    }

    /// Before the service runs: a log that is not the one of its last checkpoint is not to be written on.
    func requireUnchangedLog() async throws {
        if let known = try known.read() { try checkpointer.require(known.checkpoint) }
        if let last = try await store.latest() { try checkpointer.require(last.signed.checkpoint) }
    }

    private func sign() async {
        let now = environment.now()
        await certify(at: now)
        do {
            if let made = try await checkpointer.checkpoint(at: now) {
                // Dying between the two leaves the file behind the database; the next checkpoint brings it up.
                try known.write(made.signed)
                log.debug("checkpoint", metadata: ["size": "\(made.signed.checkpoint.size)"])
                if !feeds.isEmpty { silence.begin(at: now) }
            }
            try await stamp()
        } catch {
            log.error("checkpoint of the message log failed", metadata: ["reason": "\(error)"])
        }
        for feed in feeds { feed.announce() }
        let seconds = Int64(settings.warnAfterMinutes) * 60
        if let since = silence.toTell(after: seconds, at: environment.now()) {
            log.warning("no witness has cosigned the message log", metadata: ["since": "\(since)"])
        }
    }

    private func stamp() async throws {
        guard let last = try await store.latest(), last.timestamp == nil else { return }
        do {
            let text = last.signed.note.text
            guard let token = try await timestamping.timestamp(text, signedAt: last.time) else { return }
            try await store.save(timestamp: token, of: last.signed.checkpoint.size)
        } catch {
            log.warning("checkpoint is not time-stamped", metadata: ["reason": "\(error)"])
        }
    }

    private func certify(at now: Instant) async {
        do {
            guard let certified = try await certifier.certify(at: now) else { return }
            let statement = certified.statement
            // If the process dies before, the statement stands without an event: the next one has its own.
            let digest = Hexadecimal.encode(DigestAlgorithm.sha256.digest(try certified.encoded))
            _ = try await events.record(
                LogEvent(kind: "log-key", statement: ["key": statement.key.text, "statement": digest], time: now))
            log.info("log key certified", metadata: ["key": "\(statement.key.text)", "expires": "\(statement.expires)"])
        } catch {
            log.error("log key is not certified by the server's owner", metadata: ["reason": "\(error)"])
        }
    }

    /// Sends the last checkpoint once more, for a bounded time.
    private func sayFarewell() async {
        await withTaskGroup(of: Void.self) { group in
            for feed in feeds { group.addTask { _ = await feed.send { silence.end() } } }
            group.addTask { try? await Task.sleep(for: .seconds(Self.farewellSeconds)) }
            for _ in feeds { await group.next() }
            group.cancelAll()
        }
    }
}
