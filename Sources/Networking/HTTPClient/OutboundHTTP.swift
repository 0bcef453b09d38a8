import Synchronization

/// What holds for all requests of one client.
package struct OutboundSettings: Sendable {
    package var egress = EgressPolicy()
    package var identity: OutboundIdentity?
    /// Requests beyond them wait, within their total time.
    package var maximumConnections = 512
    package var maximumConnectionsPerHost = 128

    package init() {}
}

/// The client for services and for everything around the exchange. Connections are reused; redirects are not followed; proxies
/// and credentials of the environment are not looked at.
package final class OutboundHTTP: Sendable {
    private let driver: TransferDriver

    package init(_ settings: OutboundSettings = OutboundSettings()) { driver = TransferDriver(settings: settings) }

    /// Requests under way and later ones fail with `clientClosed`. Happens by itself when the client and its last response go.
    package func close() { driver.post(.stop) }

    deinit { close() }

    /// Returns with the final response's head; its body is still to come.
    package func request(_ request: OutboundRequest) async throws(NetworkingFailure) -> OutboundResponse {
        let transfer = Transfer(request, endpoint: try request.checkedEndpoint())
        guard driver.post(.start(transfer)) else { throw .clientClosed }
        if let upload = transfer.upload { feed(upload, of: transfer) }
        let exchange = OutboundExchange(transfer: transfer, driver: driver, client: self)
        return OutboundResponse(try await exchange.head(), exchange)
    }

    /// Runs beside the request: a service may answer before it has the whole body. Ends with the source or the transfer.
    private func feed(_ upload: UploadStream, of transfer: Transfer) {
        let driver = driver
        Task { await upload.pump { driver.post(.resumeSending(transfer)) } }
    }
}

/// A running transfer; letting go of it ends the transfer.
final class OutboundExchange: Sendable {
    private let transfer: Transfer
    private let driver: TransferDriver
    /// Stays open while a response is read.
    private let client: OutboundHTTP

    init(transfer: Transfer, driver: TransferDriver, client: OutboundHTTP) {
        self.transfer = transfer
        self.driver = driver
        self.client = client
    }

    deinit { if !transfer.response.isFinished { driver.post(.cancel(transfer)) } }

    func head() async throws(NetworkingFailure) -> ReceivedHead {
        while true {
            switch transfer.response.head() {
            case .value(let head): return head
            case .ended(let outcome):
                try outcome.get()
                throw .protocolViolation(transfer.endpoint, reason: "no response")
            case .wait: await wait(forBody: false)
            }
        }
    }

    func chunk() async throws(NetworkingFailure) -> [UInt8]? {
        while true {
            let (next, resumes) = transfer.response.chunk()
            if resumes { driver.post(.resumeReceiving(transfer)) }
            switch next {
            case .value(let chunk): return chunk
            case .ended(let outcome):
                try outcome.get()
                return nil
            case .wait: await wait(forBody: true)
            }
        }
    }

    /// Cancelling the task ends the transfer, which ends the wait.
    private func wait(forBody: Bool) async {
        await withTaskCancellationHandler {
            await transfer.response.wait(forBody: forBody)
        } onCancel: {
            driver.post(.cancel(transfer))
        }
    }
}
