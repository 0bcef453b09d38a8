import Synchronization
import XRoadModel

/// Keeps a security server's global configuration fresh: downloads, verifies and stores it, and hands out the one to act by. When
/// to refresh, `status` tells; the loop that waits is outside.
package final class ConfigurationClient: Sendable {
    private let anchor: ConfigurationAnchor
    private let fetching: any ConfigurationFetching
    private let keeping: any ConfigurationKeeping
    private let limits: ConfigurationLimits
    private let state: Mutex<State>

    private struct State {
        var status: ConfigurationStatus
        var lastSource: String?
    }

    package init(
        anchor: ConfigurationAnchor, fetching: any ConfigurationFetching, keeping: any ConfigurationKeeping,
        schedule: RefreshSchedule = RefreshSchedule(), limits: ConfigurationLimits = .standard
    ) {
        self.anchor = anchor
        self.fetching = fetching
        self.keeping = keeping
        self.limits = limits
        state = Mutex(State(status: ConfigurationStatus(schedule: schedule)))
    }

    package func follow(_ schedule: RefreshSchedule, at instant: Instant) {
        state.withLock { $0.status.follow(schedule, at: instant) }
    }

    package var status: ConfigurationStatus { state.withLock { $0.status } }

    /// The configuration to act by at `instant`.
    package func snapshot(at instant: Instant) throws(ConfigurationFailure) -> ConfigurationSnapshot {
        try status.valid(at: instant)
    }

    /// Takes up the configuration that an earlier run has stored, so that the server can work at once while it is valid. A stored
    /// configuration of another instance than the anchor's is not used.
    package func open(at instant: Instant) async throws(ConfigurationFailure) {
        guard let bundle = try await keeping.current(), bundle.instance == anchor.instance else { return }
        let snapshot = try ConfigurationSnapshot(bundle, at: instant)
        state.withLock { $0.status.opened(snapshot) }
    }

    /// Downloads and verifies the configuration, makes it durable, and only then current. On failure the last good one stays.
    @discardableResult
    package func refresh(at instant: Instant) async throws(ConfigurationFailure) -> ConfigurationSnapshot {
        guard state.withLock({ $0.status.begin() }) else { throw .refreshRunning }
        do {
            let (snapshot, source) = try await downloaded(at: instant)
            state.withLock { state in
                state.status.succeeded(snapshot, at: instant)
                state.lastSource = source
            }
            return snapshot
        } catch {
            state.withLock { $0.status.failed(error, at: instant) }
            throw error
        }
    }

    private func downloaded(at instant: Instant) async throws(ConfigurationFailure) -> (ConfigurationSnapshot, source: String) {
        let (current, lastSource) = state.withLock { ($0.status.snapshot, $0.lastSource) }
        let sources = ConfigurationSources(anchor: anchor, lastGood: current?.own.parameters, preferred: lastSource)
        let download = ConfigurationDownload(fetching: fetching, limits: limits, instant: instant, lastGood: current?.bundle)
        let result = try await download.configuration(of: anchor.instance, from: sources)
        if let current, try Self.isCurrentStill(current.bundle, offered: result.bundle) { return (current, result.url) }
        let snapshot =
            if let current {
                try current.renewed(by: result.bundle, at: instant)
            } else {
                try ConfigurationSnapshot(result.bundle, at: instant)
            }
        try await keeping.keep(result.bundle)
        return (snapshot, result.url)
    }

    /// Guards against replay of an older directory, which is well signed as long as it has not expired. The end of validity may
    /// go back for the same content only (central server nodes sign at different seconds); the current one then stays. Other
    /// content with an earlier end is refused. No guard can lock the server out for long: once the current configuration has
    /// expired, whatever is still valid ends later and is taken.
    private static func isCurrentStill(
        _ current: ConfigurationBundle, offered: ConfigurationBundle
    ) throws(ConfigurationFailure) -> Bool {
        if offered.hash == current.hash { return offered.expires <= current.expires }
        guard offered.expires >= current.expires else { throw .rolledBack(offered: offered.expires, current: current.expires) }
        return false
    }
}
