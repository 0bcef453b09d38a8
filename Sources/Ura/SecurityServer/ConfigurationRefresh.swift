import Exchange
import GlobalConfiguration
import Logging
import ServiceLifecycle
import XRoadModel

/// The configuration that exchanges act by, refreshed for as long as the server runs.
struct ConfigurationRefresh: Service, ConfigurationProviding {
    let client: ConfigurationClient
    let environment: SystemEnvironment
    let log: Logger
    private let pause = Pause()

    init(client: ConfigurationClient, environment: SystemEnvironment, log: Logger) {
        self.client = client
        self.environment = environment
        self.log = log
    }

    func current(at now: Instant) throws(ConfigurationFailure) -> ConfigurationSnapshot { try client.snapshot(at: now) }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let next = client.status.nextRefresh ?? environment.now()
                let wait = max(0, next.millisecondsSince1970 - environment.now().millisecondsSince1970)
                do { try await pause.wait(milliseconds: wait) } catch { return }
                if isDue { await refresh() }
            }
        }
    }

    private var isDue: Bool { client.status.nextRefresh.map { $0 <= environment.now() } ?? true }

    func refresh(everySeconds seconds: Int) {
        client.follow(RefreshSchedule(everySeconds: seconds), at: environment.now())
        pause.end()
    }

    /// One attempt; a failure is logged and leaves the last good configuration in use until it expires.
    func refresh() async {
        do {
            let snapshot = try await client.refresh(at: environment.now())
            log.debug("global configuration", metadata: ["hash": "\(snapshot.hash)", "expires": "\(snapshot.expires)"])
        } catch {
            log.error("global configuration cannot be refreshed", metadata: ["reason": "\(error)"])
        }
    }
}
