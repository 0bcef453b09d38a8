import MessageLog
import PKI
import SignedDocuments
import Synchronization
import XRoadModel

/// A clock, a log of signature digests, and two authorities that really sign.
final class TimestampingWorld: TimestampingEnvironment, TimestampStore, TimestampAuthorityCalling {
    /// What an authority does when it is asked.
    enum Behaviour: Sendable {
        case stamps
        case fails(TimestampingFailure)
        case answers(TimestampHTTPAnswer)
        /// Signs another request than the one it got.
        case stampsOther
        case clockAhead(seconds: Int64)
        /// Stays silent until `release` is called.
        case waits
    }

    struct Saved: Sendable {
        var records: [UnstampedRecord] = []
        var timestamps: [BatchTimestamp] = []
        var failures: [MessageLogFailure] = []
    }

    private struct State {
        var now = TimestampingScheduleTests.start
        var behaviours: [String: Behaviour] = [:]
        var asked: [String] = []
        var events: [TimestampingEvent] = []
        var saved = Saved()
        var approved: ApprovedTimestampAuthorities
        var heldUp: [CheckedContinuation<Void, Never>] = []
        var watermark: Int64 { saved.timestamps.last?.last ?? 0 }
    }

    static let first = TimestampingScheduleTests.first
    static let second = TimestampingScheduleTests.second

    private let responders: [String: TimestampResponder]
    private let state: Mutex<State>

    init() throws {
        let root = try CertificateIssuer.selfSigned(Self.template("Root", .authority(pathLength: 0)), key: .generate(.p256))
        var responders: [String: TimestampResponder] = [:]
        var certificates: [Certificate] = []
        for authority in [Self.first, Self.second] {
            let key = try PrivateKey.generate(.p256)
            let certificate = try root.issue(Self.template(authority.name, .timestampAuthority), for: key.publicKey)
            responders[authority.url] = try TimestampResponder(certificate: certificate, key: key, policy: "1.2.3")
            certificates.append(certificate)
        }
        self.responders = responders
        let approved = ApprovedTimestampAuthorities(authorities: [Self.first, Self.second], certificates: certificates)
        state = Mutex(State(approved: approved))
    }

    private static func template(_ name: String, _ profile: CertificateProfile) throws -> CertificateTemplate {
        CertificateTemplate(
            subject: try DistinguishedName([("CN", name)]), profile: profile,
            notBefore: TimestampingScheduleTests.at(-864_000), notAfter: TimestampingScheduleTests.at(864_000))
    }

    /// On the world's own log, or another.
    func service(
        _ mode: TimestampingSettings.Mode = .batch, batchLimit: Int = 10_000, store: (any TimestampStore)? = nil
    ) async throws -> TimestampingService {
        var settings = TimestampingSettings()
        settings.mode = mode
        settings.batchLimit = batchLimit
        return try await TimestampingService(settings: settings, store: store ?? self, caller: self, environment: self)
    }

    var saved: Saved { state.withLock { $0.saved } }
    var asked: [String] { state.withLock { $0.asked } }
    var events: [TimestampingEvent] { state.withLock { $0.events } }
    var certificates: [Certificate] { state.withLock { $0.approved.certificates } }

    func advance(seconds: Int64) { state.withLock { $0.now = $0.now.adding(seconds: seconds) } }
    func set(_ behaviour: Behaviour, of authority: TimestampAuthority) {
        state.withLock { $0.behaviours[authority.url] = behaviour }
    }
    func approve(_ authorities: [TimestampAuthority], certificates: [Certificate]) {
        state.withLock { $0.approved = ApprovedTimestampAuthorities(authorities: authorities, certificates: certificates) }
    }
    /// The next saves fail so.
    func failSaves(_ failures: [MessageLogFailure]) { state.withLock { $0.saved.failures = failures } }

    func release() {
        let heldUp = state.withLock { state in
            defer { state.heldUp = [] }
            for (url, behaviour) in state.behaviours { if case .waits = behaviour { state.behaviours[url] = .stamps } }
            return state.heldUp
        }
        for task in heldUp { task.resume() }
    }

    /// Commits messages; every third one shares its signature with the one before. Numbers leave gaps, as events do.
    func commit(_ count: Int) { for _ in 0..<count { commitOne() } }

    @discardableResult
    func commitOne() -> Int64 {
        state.withLock { state in
            let number = (state.saved.records.last?.number ?? 0) + 2
            let signature = number % 6 == 0 ? number - 2 : number
            state.saved.records.append(
                UnstampedRecord(number: number, time: state.now, signatureDigest: Self.digest(signature)))
            return number
        }
    }

    static func digest(_ number: Int64) -> [UInt8] { DigestAlgorithm.sha512.digest("signature \(number)".utf8) }
}

/// Environment and store
extension TimestampingWorld {
    func now() -> Instant { state.withLock { $0.now } }
    func authorities() throws(TimestampingFailure) -> ApprovedTimestampAuthorities { state.withLock { $0.approved } }
    func report(_ event: TimestampingEvent) { state.withLock { $0.events.append(event) } }

    func unstamped(limit: Int) async throws(MessageLogFailure) -> [UnstampedRecord] {
        state.withLock { state in Array(state.saved.records.drop { $0.number <= state.watermark }.prefix(limit)) }
    }

    func oldestUnstamped() async throws(MessageLogFailure) -> Instant? {
        try await unstamped(limit: 1).first?.time
    }

    func save(_ timestamp: BatchTimestamp) async throws(MessageLogFailure) {
        let failure: MessageLogFailure? = state.withLock { state in
            guard state.saved.failures.isEmpty else { return state.saved.failures.removeFirst() }
            let next = state.saved.records.first { $0.number > state.watermark }?.number
            guard timestamp.first == next, timestamp.last >= timestamp.first else {
                return .storageFailed(step: "save", detail: "range \(timestamp.first) to \(timestamp.last)")
            }
            state.saved.timestamps.append(timestamp)
            return nil
        }
        if let failure { throw failure }
    }
}

/// Authorities
extension TimestampingWorld {
    func post(_ request: [UInt8], to url: String) async throws(TimestampingFailure) -> TimestampHTTPAnswer {
        let behaviour = state.withLock { state in
            state.asked.append(url)
            return state.behaviours[url] ?? .stamps
        }
        switch behaviour {
        case .stamps: return try stamp(request, url, now())
        case .fails(let failure): throw failure
        case .answers(let answer): return answer
        case .clockAhead(let seconds): return try stamp(request, url, now().adding(seconds: seconds))
        case .stampsOther:
            guard let other = try? TimestampRequest(stamping: [1]) else { throw .unreachable(reason: "no request") }
            return try stamp(other.der, url, now())
        case .waits:
            await withCheckedContinuation { task in state.withLock { $0.heldUp.append(task) } }
            return try stamp(request, url, now())
        }
    }

    private func stamp(_ request: [UInt8], _ url: String, _ time: Instant) throws(TimestampingFailure) -> TimestampHTTPAnswer {
        do {
            let answer = try responders[url]?.answer(request, serialNumber: Randomness.bytes(16), at: time)
            return TimestampHTTPAnswer(status: 200, contentType: TimestampResponse.mediaType, body: answer ?? [])
        } catch { throw .unreachable(reason: "\(error)") }
    }
}
