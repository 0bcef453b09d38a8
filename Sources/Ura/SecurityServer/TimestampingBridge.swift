import GlobalConfiguration
import Logging
import MessageLog
import ServiceLifecycle
import XRoadModel

/// The clock, the approved authorities and the log of a running server.
struct ServerTimestamping: TimestampingEnvironment {
    let configuration: ConfigurationRefresh
    let environment: SystemEnvironment
    let names: [String]
    let log: Logger

    func now() -> Instant { environment.now() }

    func authorities() throws(TimestampingFailure) -> ApprovedTimestampAuthorities {
        let snapshot: ConfigurationSnapshot
        do { snapshot = try configuration.current(at: now()) } catch { throw .refused(reason: "\(error)") }
        return try snapshot.timestampAuthorities(named: names)
    }

    func report(_ event: TimestampingEvent) {
        switch event {
        case .stamped(let count, let authority, let time):
            log.info("messages time-stamped", metadata: ["count": "\(count)", "authority": "\(authority)", "time": "\(time)"])
        case .authorityFailed(let failure, let retryAt):
            log.error(
                "no time-stamp from authority",
                metadata: ["authority": "\(failure.authority)", "reason": "\(failure.failure)", "next": "\(retryAt)"])
        case .batchNearlyFull(let count, let limit):
            log.warning(
                "time-stamp batches are nearly full: shorten timestamping.intervalSeconds",
                metadata: ["count": "\(count)", "limit": "\(limit)"])
        case .storeFailed(let failure): log.error("time-stamps cannot be kept", metadata: ["reason": "\(failure)"])
        case .noAuthorities(let reason): log.error("no time-stamping authority", metadata: ["reason": "\(reason)"])
        }
    }
}

extension ConfigurationSnapshot {
    /// Of the own instance, each address once; those named, in that order, or all. Certificates of others may not stamp.
    func timestampAuthorities(named names: [String]) throws(TimestampingFailure) -> ApprovedTimestampAuthorities {
        let services: [ApprovedAuthorities.TimeStampingService]
        do { services = try authorities(of: instance).timeStamping } catch { throw .refused(reason: "\(error)") }
        var authorities: [TimestampAuthority] = []
        for service in names.isEmpty ? services : names.flatMap({ name in services.filter { $0.name == name } })
        where !authorities.contains(where: { $0.url == service.url }) {
            authorities.append(TimestampAuthority(name: service.name, url: service.url))
        }
        guard names.isEmpty || !authorities.isEmpty else {
            throw .refused(reason: "the global configuration approves none of \(names.joined(separator: ", "))")
        }
        return ApprovedTimestampAuthorities(
            authorities: authorities, certificates: services.map(\.certificate),
            intervalSeconds: privateParameters?.timeStampingIntervalSeconds)
    }
}

/// Has messages time-stamped for as long as the server runs.
struct TimestampingRunner: Service {
    let timestamping: TimestampingService

    func run() async throws {
        await cancelWhenGracefulShutdown { await timestamping.run() }
    }
}
