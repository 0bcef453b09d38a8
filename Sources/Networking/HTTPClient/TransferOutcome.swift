import CCurl
import Glibc

/// How a transfer ended, in words that name endpoint, phase and limit.
extension EasyTransfer {
    private var phase: NetworkPhase {
        if hasHead { return .responseBody }
        if !isConnected { return ccurl_get_offset(handle, CURLINFO_CONNECT_TIME_T) > 0 ? .handshake : .connect }
        switch transfer.request.body {
        case .none: return .responseHead
        case .bytes(let bytes): return sentBytes < bytes.count ? .requestBody : .responseHead
        case .stream: return transfer.upload?.isEnded == false ? .requestBody : .responseHead
        }
    }

    /// Resolved, connected and through with TLS.
    private var isConnected: Bool { ccurl_get_offset(handle, CURLINFO_PRETRANSFER_TIME_T) > 0 }

    func outcome(_ result: CURLcode) -> Result<Void, NetworkingFailure> {
        if result != CURLE_OK { return .failure(refusal ?? failure(result)) }
        return hasHead ? .success(()) : .failure(.protocolViolation(transfer.endpoint, reason: "no response"))
    }

    private func failure(_ result: CURLcode) -> NetworkingFailure {
        let endpoint = transfer.endpoint
        let text = String(cString: errorText)
        let reason = text.isEmpty ? String(cString: curl_easy_strerror(result)) : text
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST: return .unresolved(endpoint, reason: reason)
        case CURLE_COULDNT_CONNECT:
            let isRefused = ccurl_get_long(handle, CURLINFO_OS_ERRNO) == Int64(ECONNREFUSED)
            return isRefused ? .refused(endpoint) : .unreachable(endpoint, reason: reason)
        case CURLE_OPERATION_TIMEDOUT: return .timedOut(endpoint, phase, limit: exceededLimit)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER, CURLE_SSL_INVALIDCERTSTATUS:
            return .handshakeFailed(endpoint, reason: reason)
        case CURLE_GOT_NOTHING: return .connectionClosedBeforeResponse(endpoint)
        case CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_PARTIAL_FILE, CURLE_SEND_FAIL_REWIND:
            return .connectionClosed(endpoint, phase)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
            return .protocolViolation(endpoint, reason: reason)
        case CURLE_URL_MALFORMAT: return .invalidRequest(reason: reason)
        default: return .clientFailed(reason: "\(endpoint): \(reason)")
        }
    }

    /// Milliseconds by which libcurl's two clocks may differ.
    private static let clockTolerance = 20

    private var exceededLimit: TimeLimit {
        let limits = transfer.request.limits
        // A request may also wait for its turn among too many connections until its whole time is gone.
        let spent = ccurl_get_offset(handle, CURLINFO_TOTAL_TIME_T) / 1000
        let isTotal = isConnected || spent >= Int64(limits.totalMilliseconds - Self.clockTolerance)
        return isTotal
            ? TimeLimit(.total, milliseconds: limits.totalMilliseconds)
            : TimeLimit(.connect, milliseconds: limits.connectMilliseconds)
    }

    /// A failure where nothing moved for the idle limit. Connecting has its own limit; a pause on our side does not count.
    func idleFailure(at now: ContinuousClock.Instant) -> NetworkingFailure? {
        let isWaitingForUs = isReceivingPaused || isSendingPaused
        let bytes =
            ccurl_get_offset(handle, CURLINFO_SIZE_UPLOAD_T) + ccurl_get_offset(handle, CURLINFO_SIZE_DOWNLOAD_T)
            + ccurl_get_long(handle, CURLINFO_HEADER_SIZE)
        if isWaitingForUs || !isConnected || bytes != progress.bytes {
            progress = (bytes, now)
            return nil
        }
        let limit = transfer.request.limits.idleMilliseconds
        guard now - progress.at >= .milliseconds(limit) else { return nil }
        return .timedOut(transfer.endpoint, phase, limit: TimeLimit(.idle, milliseconds: limit))
    }
}
