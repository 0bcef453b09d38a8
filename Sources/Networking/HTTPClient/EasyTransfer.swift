import CCurl
import Glibc

/// A transfer as libcurl runs it: the context of its callbacks. Lives on the driver's thread only.
final class EasyTransfer {
    let transfer: Transfer
    let handle: OpaquePointer
    let settings: OutboundSettings
    /// Delivered since the caller was last told.
    private(set) var hasNews = false

    private var parser: ResponseHeadParser
    private(set) var hasHead = false
    private var receivedBytes = 0
    private(set) var sentBytes = 0
    private(set) var isReceivingPaused = false
    private(set) var isSendingPaused = false
    /// What a callback refused; libcurl only knows that one did.
    private(set) var refusal: NetworkingFailure?
    var progress: (bytes: Int64, at: ContinuousClock.Instant)
    var headerList: UnsafeMutablePointer<curl_slist>?
    let errorText = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init(_ transfer: Transfer, handle: OpaquePointer, settings: OutboundSettings) {
        self.transfer = transfer
        self.handle = handle
        self.settings = settings
        parser = ResponseHeadParser(limit: transfer.request.limits.headBytes)
        progress = (-1, .now)
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    }

    deinit {
        curl_slist_free_all(headerList)
        errorText.deallocate()
    }

    /// False where libcurl refuses an option.
    func configure() -> Bool {
        let context = Unmanaged.passUnretained(self).toOpaque()
        return TransferOptions(handle).set(transfer.request, settings: settings, headers: &headerList)
            && ccurl_set_callbacks(handle, transferCallbacks(withIdentity: settings.identity != nil), context) == CURLE_OK
            && ccurl_set_error_text(handle, errorText) == CURLE_OK
    }

    func tellCaller() {
        hasNews = false
        transfer.response.wake()
    }

    func resumeReceiving() {
        isReceivingPaused = false
        applyPauses()
    }

    func resumeSending() {
        isSendingPaused = false
        applyPauses()
    }

    /// May call `receive` or `send` before it returns.
    private func applyPauses() {
        progress.at = .now
        curl_easy_pause(handle, (isReceivingPaused ? CURLPAUSE_RECV : 0) | (isSendingPaused ? CURLPAUSE_SEND : 0))
    }
}

// MARK: Callbacks

extension EasyTransfer {
    /// A line of a head, or of the trailer, which is dropped.
    fileprivate func receiveHeader(_ line: UnsafeRawBufferPointer) -> Int {
        if hasHead { return line.count }
        switch parser.add(line) {
        case .more: break
        case .head(let head):
            hasHead = true
            hasNews = true
            transfer.response.deliver(head)
        case .refused(let reason):
            refusal = .protocolViolation(transfer.endpoint, reason: reason)
            return 0
        }
        return line.count
    }

    fileprivate func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard receivedBytes + bytes.count <= transfer.request.limits.responseBytes else {
            refusal = .bodyTooLarge(transfer.endpoint, limit: transfer.request.limits.responseBytes)
            return 0
        }
        guard transfer.response.deliver(bytes) else {
            isReceivingPaused = true
            return Int(CURL_WRITEFUNC_PAUSE)
        }
        receivedBytes += bytes.count
        hasNews = true
        return bytes.count
    }

    fileprivate func send(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        switch transfer.request.body {
        case .none: return 0
        case .bytes(let bytes):
            let count = min(buffer.count, bytes.count - sentBytes)
            buffer.copyBytes(from: bytes[sentBytes..<sentBytes + count])
            sentBytes += count
            return count
        case .stream:
            switch transfer.upload?.take(into: buffer) {
            case .bytes(let count):
                sentBytes += count
                return count
            case .starved:
                isSendingPaused = true
                return Int(CURL_READFUNC_PAUSE)
            case .failed(let reason):
                refusal = .requestBodyFailed(transfer.endpoint, reason: reason)
                return Int(CURL_READFUNC_ABORT)
            case nil: return Int(CURL_READFUNC_ABORT)
            }
        }
    }

    /// Only addresses that the egress policy allows get a socket.
    fileprivate func openSocket(_ address: UnsafeMutablePointer<curl_sockaddr>) -> curl_socket_t {
        if transfer.request.unixSocket != nil, address.pointee.family == AF_UNIX { return ccurl_open_socket(address) }
        let bytes = [UInt8](unsafeUninitializedCapacity: 16) { buffer, count in
            count = ccurl_ip_address(address, buffer.baseAddress)
        }
        let target = IPAddress(bytes: bytes)
        guard let target, settings.egress.allows(target) else {
            refusal = .forbiddenAddress(transfer.endpoint, address: target?.description ?? "not an IP address")
            return CURL_SOCKET_BAD
        }
        refusal = nil
        return ccurl_open_socket(address)
    }
}

private func transferCallbacks(withIdentity: Bool) -> ccurl_callbacks {
    ccurl_callbacks(
        header: { bytes, size, count, context in
            easyTransfer(context)?.receiveHeader(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        },
        write: { bytes, size, count, context in
            easyTransfer(context)?.receive(UnsafeRawBufferPointer(start: bytes, count: size * count)) ?? 0
        },
        read: { buffer, size, count, context in
            easyTransfer(context)?.send(into: UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
                ?? Int(CURL_READFUNC_ABORT)
        },
        open_socket: { context, _, address in
            address.flatMap { easyTransfer(context)?.openSocket($0) } ?? CURL_SOCKET_BAD
        },
        tls_context: withIdentity
            ? { _, tlsContext, context in
                easyTransfer(context)?.settings.identity?.install(in: tlsContext) == true ? CURLE_OK : CURLE_SSL_CERTPROBLEM
            } : nil)
}

/// libcurl calls back with the context that `configure` gave it, while the loop holds the transfer.
private func easyTransfer(_ context: UnsafeMutableRawPointer?) -> EasyTransfer? {
    context.map { Unmanaged<EasyTransfer>.fromOpaque($0).takeUnretainedValue() }
}
