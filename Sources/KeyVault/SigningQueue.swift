import PKI
import SignedDocuments
import Synchronization
import XRoadModel

/// Bounds of a signing queue; all finite.
package struct SigningSettings: Sendable {
    /// Whether messages that wait at the same time share a signature. Without, each has one of its own.
    package var batches = true
    /// Messages of one signature: the hash chain of each grows with the logarithm of their number.
    package var batchMessages = 64
    /// Messages that may wait for the key.
    package var maximumWaiting = 4096
    /// A message that nobody has begun to sign by then is refused.
    package var waitMilliseconds = 10_000

    package init() {}
}

/// Signs the messages of one key. A message that finds the key unused is signed at once; those that come while it is in use share the
/// next signature. There is no timer: who comes first to an unused key leads, lets everything run that is ready on its thread, and signs
/// for itself and for whoever has come meanwhile. Then the first of those who still wait leads.
package final class SigningQueue: Sendable {
    private typealias Outcome = Result<SignatureData, KeyVaultFailure>

    private struct Request {
        let message: MessageDigests
        let time: Instant
        let ocspResponse: [UInt8]
    }

    private struct Waiting {
        let request: Request
        let since: ContinuousClock.Instant
        let task: CheckedContinuation<Turn, Never>
    }

    /// What a request comes to: its signature, or the lead.
    private enum Turn {
        case lead
        case done(Outcome)
    }

    private struct State {
        /// In the order of arrival.
        var waiting: [Waiting] = []
        var leaders = 0
    }

    private let composer: SignatureComposer
    private let settings: SigningSettings
    private let place: SigningPlace
    private let maximumLeaders: Int
    private let state = Mutex(State())

    package init(composer: SignatureComposer, settings: SigningSettings = SigningSettings()) {
        self.composer = composer
        self.settings = settings
        place = SigningPlace(for: composer.keyKind)
        maximumLeaders = settings.batches ? 1 : place.width
    }

    /// By which digests are to be taken.
    package var digest: DigestAlgorithm { composer.digest }

    /// A signature over the message, and over others where several wait: then `time` and OCSP response are those of the latest. Not
    /// cancellable: others may wait for the same signature.
    package func sign(
        _ message: MessageDigests, at time: Instant, ocspResponse: [UInt8]
    ) async throws(KeyVaultFailure) -> SignatureData {
        let request = Request(message: message, time: time, ocspResponse: ocspResponse)
        switch await turn(of: request) {
        case .done(let outcome): return try outcome.get()
        case .lead:
            if settings.batches { await gather() }
            return try await place.run { [self] in lead(request) }.get()
        }
    }

    private func turn(of request: Request) async -> Turn {
        if state.withLock({ takeLead(&$0) }) { return .lead }
        return await withCheckedContinuation { task in
            let turn = state.withLock { state -> Turn? in
                if takeLead(&state) { return .lead }
                guard state.waiting.count < settings.maximumWaiting else {
                    return .done(.failure(.signingOverloaded(waiting: state.waiting.count)))
                }
                state.waiting.append(Waiting(request: request, since: .now, task: task))
                return nil
            }
            if let turn { task.resume(returning: turn) }
        }
    }

    private func takeLead(_ state: inout State) -> Bool {
        guard state.leaders < maximumLeaders else { return false }
        state.leaders += 1
        return true
    }

    /// Lets the other tasks of this thread run for as long as that brings more messages.
    private func gather() async {
        var gathered = -1
        while true {
            let count = state.withLock { $0.waiting.count }
            guard count > gathered, count + 1 < settings.batchMessages else { return }
            gathered = count
            await Task.yield()
        }
    }

    /// Signs, gives the others what is theirs, and hands the lead on. Blocks the thread for as long as the key takes.
    private func lead(_ request: Request) -> Outcome {
        let others = settings.batches ? takeWaiting(settings.batchMessages - 1) : []
        let outcomes = sign([request] + others.map(\.request))
        for (waiting, outcome) in zip(others, outcomes.dropFirst()) { waiting.task.resume(returning: .done(outcome)) }
        handOn()
        return outcomes[0]
    }

    private func sign(_ requests: [Request]) -> [Outcome] {
        let latest = requests.max { $0.time < $1.time } ?? requests[0]
        do throws(SignedDocumentFailure) {
            return try composer.compose(requests.map(\.message), signingTime: latest.time, ocspResponse: latest.ocspResponse)
                .map { .success($0) }
        } catch {
            return requests.map { _ in .failure(.signing(error)) }
        }
    }

    /// Refuses whoever has waited too long, and gives the first of the rest.
    private func takeWaiting(_ count: Int) -> [Waiting] {
        let (expired, taken, left) = state.withLock { state -> ([Waiting], [Waiting], Int) in
            let expired = takeExpired(&state)
            let taken = Array(state.waiting.prefix(count))
            state.waiting.removeFirst(taken.count)
            return (expired, taken, state.waiting.count)
        }
        refuse(expired, waiting: taken.count + left)
        return taken
    }

    private func handOn() {
        let (expired, next, left) = state.withLock { state -> ([Waiting], Waiting?, Int) in
            let expired = takeExpired(&state)
            guard !state.waiting.isEmpty else {
                state.leaders -= 1
                return (expired, nil, 0)
            }
            return (expired, state.waiting.removeFirst(), state.waiting.count)
        }
        refuse(expired, waiting: left)
        next?.task.resume(returning: .lead)
    }

    private func takeExpired(_ state: inout State) -> [Waiting] {
        guard let first = state.waiting.first else { return [] }
        let now = ContinuousClock.now
        let limit = Duration.milliseconds(settings.waitMilliseconds)
        guard now - first.since > limit else { return [] }
        let expired = Array(state.waiting.prefix { now - $0.since > limit })
        state.waiting.removeFirst(expired.count)
        return expired
    }

    private func refuse(_ expired: [Waiting], waiting: Int) {
        for request in expired {
            request.task.resume(returning: .done(.failure(.signingOverloaded(waiting: waiting + expired.count))))
        }
    }
}
