import PKI
import SignedDocuments
import Synchronization
import XRoadModel

/// Has every logged message time-stamped, in batches. One task runs it.
package final class TimestampingService: Sendable {
    private struct State {
        var schedule: TimestampingSchedule
        /// Messages up to this number are stamped, as far as this process has seen.
        var stampedUpTo: Int64 = 0
        var waiting: [(number: Int64, task: CheckedContinuation<MessageLogFailure?, Never>)] = []
        var isStopped = false
    }

    private let settings: TimestampingSettings
    private let store: any TimestampStore
    private let caller: any TimestampAuthorityCalling
    private let environment: any TimestampingEnvironment
    private let state: Mutex<State>
    private let alarm = Alarm()

    /// Reads how long messages of an earlier process have been waiting.
    package init(
        settings: TimestampingSettings, store: any TimestampStore, caller: any TimestampAuthorityCalling,
        environment: any TimestampingEnvironment
    ) async throws(MessageLogFailure) {
        self.settings = settings
        self.store = store
        self.caller = caller
        self.environment = environment
        let oldest = try await store.oldestUnstamped()
        state = Mutex(State(schedule: TimestampingSchedule(settings: settings, oldest: oldest, at: environment.now())))
        _ = approve()
    }

    /// Until the task is cancelled; then nobody waits any more, and what is not stamped is found by the next process.
    package func run() async {
        while !Task.isCancelled {
            guard case .wait(let until) = await round() else { continue }
            let milliseconds = until.millisecondsSince1970 - environment.now().millisecondsSince1970
            await alarm.sleep(milliseconds: max(0, milliseconds))
        }
        let waiting = state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for (_, task) in waiting { task.resume(returning: .journalClosed) }
    }

    /// Stamps one batch, if one is due.
    @discardableResult
    package func round() async -> TimestampingSchedule.Step {
        let certificates = approve()
        let now = environment.now()
        let step = state.withLock { $0.schedule.step(at: now) }
        guard case .stamp(let authorities) = step else {
            // Whoever waits for a time-stamp while no authority may be asked is told so.
            if let refusal = state.withLock({ $0.schedule.refusal(at: now) }) { release(upTo: .max, refusal) }
            return step
        }
        state.withLock { $0.schedule.began() }
        do {
            let records = try await store.unstamped(limit: settings.batchLimit)
            if records.isEmpty {
                state.withLock { $0.schedule.foundNothing(at: environment.now()) }
            } else {
                try await stamp(Batch(records), authorities, certificates)
            }
        } catch {
            environment.report(.storeFailed(error))
            state.withLock { $0.schedule.storeFailed(at: environment.now()) }
            release(upTo: .max, error)
        }
        return step
    }

    private func approve() -> [Certificate] {
        do {
            let approved = try environment.authorities()
            state.withLock { $0.schedule.approve(approved) }
            if approved.authorities.isEmpty {
                environment.report(.noAuthorities(reason: "the global configuration approves none"))
            }
            return approved.certificates
        } catch {
            state.withLock { $0.schedule.approve(ApprovedTimestampAuthorities(authorities: [], certificates: [])) }
            environment.report(.noAuthorities(reason: "\(error)"))
            return []
        }
    }

    private struct Batch {
        let records: [UnstampedRecord]
        let chain: TimestampHashChain
        let newest: Instant

        init(_ records: [UnstampedRecord]) {
            self.records = records
            chain = TimestampHashChain(digests: records.map(\.signatureDigest))
            newest = records.map(\.time).max() ?? Instant(secondsSince1970: 0)
        }
    }

    /// Dying before the save loses a token, no message: the next process finds the same messages and has them stamped.
    private func stamp(
        _ batch: Batch, _ authorities: [TimestampAuthority], _ certificates: [Certificate]
    ) async throws(MessageLogFailure) {
        let records = batch.records
        state.withLock { $0.schedule.took(oldest: records[0].time) }
        if records.count * 100 >= settings.batchLimit * TimestampingSettings.warningPercent {
            environment.report(.batchNearlyFull(count: records.count, limit: settings.batchLimit))
        }
        for authority in authorities {
            guard let verified = await ask(authority, batch, certificates) else { continue }
            try await store.save(
                BatchTimestamp(
                    first: records[0].number, last: records[records.count - 1].number, time: verified.token.generatedAt,
                    authority: authority.name, token: verified.token.der, result: batch.chain.result,
                    digests: batch.chain.digests))
            try await finish(batch, verified.token.generatedAt, authority)
            return
        }
        release(upTo: records[records.count - 1].number, state.withLock { $0.schedule.failure(since: records[0].time) })
    }

    private func ask(
        _ authority: TimestampAuthority, _ batch: Batch, _ certificates: [Certificate]
    ) async -> VerifiedTimestamp? {
        do {
            let inquiry = try TimestampInquiry(
                stamping: batch.chain.result, signedAt: batch.newest, certificates: certificates)
            let answer = try await caller.post(inquiry.request.der, to: authority.url)
            return try inquiry.judge(answer, at: environment.now())
        } catch {
            let now = environment.now()
            let failure = AuthorityFailure(authority: authority.name, failure: error, time: now)
            let retryAt = state.withLock { $0.schedule.failed(authority, failure, at: now) }
            environment.report(.authorityFailed(failure, retryAt: retryAt))
            return nil
        }
    }

    private func finish(
        _ batch: Batch, _ time: Instant, _ authority: TimestampAuthority
    ) async throws(MessageLogFailure) {
        let last = batch.records[batch.records.count - 1].number
        release(upTo: last, nil)
        let oldest = try await store.oldestUnstamped()
        let isFull = batch.records.count == settings.batchLimit
        state.withLock { $0.schedule.stamped(by: authority, oldest: oldest, more: isFull, at: environment.now()) }
        environment.report(.stamped(count: batch.records.count, authority: authority.name, time: time))
    }

    /// Tells those who wait for messages up to this number how it ended.
    private func release(upTo number: Int64, _ failure: MessageLogFailure?) {
        let released = state.withLock { state in
            if failure == nil { state.stampedUpTo = max(state.stampedUpTo, number) }
            let released = state.waiting.filter { $0.number <= number }
            state.waiting.removeAll { $0.number <= number }
            return released
        }
        for (_, task) in released { task.resume(returning: failure) }
    }
}

/// For the journal
extension TimestampingService {
    /// Refuses further messages while the oldest one has waited too long, or one that must be stamped at once cannot be.
    package func admit(at time: Instant) throws(MessageLogFailure) {
        if let refusal = state.withLock({ $0.schedule.refusal(at: time) }) { throw refusal }
    }

    /// In immediate mode returns when the message is stamped; it stays in the log, and is stamped later, where this fails.
    package func committed(_ number: Int64, at time: Instant) async throws(MessageLogFailure) {
        state.withLock { $0.schedule.committed(at: time) }
        guard settings.mode == .immediate else { return }
        let failure: MessageLogFailure? = await withCheckedContinuation { task in
            let outcome: MessageLogFailure?? = state.withLock { state in
                if number <= state.stampedUpTo { return .some(nil) }
                if state.isStopped { return .some(.journalClosed) }
                state.waiting.append((number, task))
                return nil
            }
            if let outcome { task.resume(returning: outcome) } else { alarm.ring() }
        }
        if let failure { throw failure }
    }
}
