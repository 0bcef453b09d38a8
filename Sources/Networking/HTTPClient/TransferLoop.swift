import CCurl
import PKI

/// The driver's own state; lives on its thread only.
final class TransferLoop {
    private let multi: OpaquePointer
    private let settings: OutboundSettings
    private var transfers: [OpaquePointer: EasyTransfer] = [:]
    private var handles: [ObjectIdentifier: OpaquePointer] = [:]
    /// Handles without a transfer, kept because making one costs more than a reset.
    private var spareHandles: [OpaquePointer] = []
    private var lastIdleCheck = ContinuousClock.now

    private static let spareLimit = 64
    /// Idle limits are seen this late at most.
    private static let idleCheckMilliseconds: Int32 = 250

    init(multi: OpaquePointer, settings: OutboundSettings) {
        self.multi = multi
        self.settings = settings
        ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, settings.maximumConnections)
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, settings.maximumConnectionsPerHost)
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, settings.maximumConnections)
    }

    /// Does what is asked and what the sockets allow, then sleeps until there is more. False after `stop`.
    func pass(_ commands: [TransferDriver.Command]) -> Bool {
        for command in commands {
            switch command {
            case .start(let transfer): start(transfer)
            case .resumeReceiving(let transfer): active(transfer)?.resumeReceiving()
            case .resumeSending(let transfer): active(transfer)?.resumeSending()
            case .cancel(let transfer): active(transfer).map { end($0, .failure(.cancelled)) }
            case .stop: return false
            }
        }
        var running: Int32 = 0
        curl_multi_perform(multi, &running)
        var result = CURLE_OK
        while let handle = ccurl_multi_next_finished(multi, &result) {
            if let transfer = transfers[handle] { end(transfer, transfer.outcome(result)) }
        }
        checkIdle()
        for transfer in transfers.values where transfer.hasNews { transfer.tellCaller() }
        curl_multi_poll(multi, nil, 0, transfers.isEmpty ? 10_000 : Self.idleCheckMilliseconds, nil)
        return true
    }

    /// Ends everything that still runs.
    func close() {
        for transfer in Array(transfers.values) { end(transfer, .failure(.clientClosed)) }
        spareHandles.forEach(curl_easy_cleanup)
        spareHandles = []
    }

    private func active(_ transfer: Transfer) -> EasyTransfer? { handles[ObjectIdentifier(transfer)].flatMap { transfers[$0] } }

    private func start(_ transfer: Transfer) {
        guard let handle = spareHandles.popLast() ?? curl_easy_init() else {
            return refuse(transfer, .clientFailed(reason: "no libcurl handle"))
        }
        let easy = EasyTransfer(transfer, handle: handle, settings: settings)
        guard easy.configure(), curl_multi_add_handle(multi, handle) == CURLM_OK else {
            curl_easy_cleanup(handle)
            return refuse(transfer, .clientFailed(reason: "libcurl does not take the request's options"))
        }
        transfers[handle] = easy
        handles[ObjectIdentifier(transfer)] = handle
    }

    private func refuse(_ transfer: Transfer, _ failure: NetworkingFailure) {
        transfer.upload?.close()
        transfer.response.finish(.failure(failure))
        transfer.response.wake()
    }

    private func end(_ easy: EasyTransfer, _ outcome: Result<Void, NetworkingFailure>) {
        curl_multi_remove_handle(multi, easy.handle)
        transfers[easy.handle] = nil
        handles[ObjectIdentifier(easy.transfer)] = nil
        curl_easy_reset(easy.handle)
        if spareHandles.count < Self.spareLimit { spareHandles.append(easy.handle) } else { curl_easy_cleanup(easy.handle) }
        easy.transfer.upload?.close()
        easy.transfer.response.finish(outcome)
        easy.tellCaller()
    }

    private func checkIdle() {
        let now = ContinuousClock.now
        guard now - lastIdleCheck >= .milliseconds(Int(Self.idleCheckMilliseconds)) else { return }
        lastIdleCheck = now
        for transfer in Array(transfers.values) {
            guard let failure = transfer.idleFailure(at: now) else { continue }
            end(transfer, .failure(failure))
        }
    }
}
