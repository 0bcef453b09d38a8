import CCurl
import Foundation
import Synchronization

/// One request and its response: what the caller's task and the driver's thread share.
final class Transfer: Sendable {
    let request: OutboundRequest
    let endpoint: NetworkEndpoint
    let response = ResponseStream()
    /// Nil unless the body is a stream.
    let upload: UploadStream?

    init(_ request: OutboundRequest, endpoint: NetworkEndpoint) {
        self.request = request
        self.endpoint = endpoint
        upload = if case .stream(let length, let next) = request.body { UploadStream(length: length, next: next) } else { nil }
    }
}

/// The thread that runs all transfers of one client. Other threads post commands to it.
final class TransferDriver: Sendable {
    enum Command {
        case start(Transfer)
        case resumeReceiving(Transfer)
        case resumeSending(Transfer)
        case cancel(Transfer)
        case stop
    }

    /// Sendable: libcurl allows `curl_multi_wakeup` on any thread; everything else happens on the driver's thread.
    private struct Multi: @unchecked Sendable {
        let handle: OpaquePointer
    }

    private struct Mailbox {
        var commands: [Command] = []
        var isClosed = false
    }

    private let multi: Multi?
    private let mailbox = Mutex(Mailbox())

    /// libcurl's process-wide state; made once, before its first use.
    private static let library: CURLcode = curl_global_init(Int(CURL_GLOBAL_ALL))

    init(settings: OutboundSettings) {
        multi = Self.library == CURLE_OK ? curl_multi_init().map(Multi.init) : nil
        let thread = Thread { [self] in run(settings) }
        thread.name = "outbound HTTP"
        thread.start()
    }

    /// False where the driver has stopped.
    @discardableResult
    func post(_ command: Command) -> Bool {
        mailbox.withLock { mailbox in
            guard !mailbox.isClosed, let multi else { return false }
            mailbox.commands.append(command)
            if mailbox.commands.count == 1 { curl_multi_wakeup(multi.handle) }
            return true
        }
    }

    private func run(_ settings: OutboundSettings) {
        guard let multi else { return }
        let loop = TransferLoop(multi: multi.handle, settings: settings)
        while true {
            let commands = mailbox.withLock { mailbox in
                defer { mailbox.commands = [] }
                return mailbox.commands
            }
            guard loop.pass(commands) else { break }
        }
        mailbox.withLock { $0.isClosed = true }
        loop.close()
        curl_multi_cleanup(multi.handle)
    }
}
