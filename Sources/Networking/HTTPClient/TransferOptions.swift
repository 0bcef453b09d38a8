import CCurl

/// Turns a request and the client's settings into libcurl's options: HTTP/1.1 to the URL's host and nowhere else, no header
/// that was not given, nothing from the environment.
struct TransferOptions {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) { self.handle = handle }

    /// False where libcurl refuses an option. The list in `headers` is the caller's to free.
    func set(
        _ request: OutboundRequest, settings: OutboundSettings, headers: inout UnsafeMutablePointer<curl_slist>?
    ) -> Bool {
        setTarget(request) && setConfinement() && setLimits(request.limits) && setBody(request) && setTLS(request.tls)
            && setHeaders(request.headers, list: &headers)
    }

    private func setTarget(_ request: OutboundRequest) -> Bool {
        text(CURLOPT_URL, request.url)
            // What was authorised is what is requested: `..` stays.
            && long(CURLOPT_PATH_AS_IS, 1)
            && text(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
            && long(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
            && long(CURLOPT_HTTP09_ALLOWED, 0)
            && text(CURLOPT_UNIX_SOCKET_PATH, request.unixSocket)
    }

    private func setConfinement() -> Bool {
        text(CURLOPT_PROTOCOLS_STR, "http,https")
            && long(CURLOPT_FOLLOWLOCATION, 0)
            // An empty name also switches the environment's proxies off.
            && text(CURLOPT_PROXY, "")
            && long(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
            && long(CURLOPT_NOSIGNAL, 1)
            && long(CURLOPT_TCP_NODELAY, 1)
            && long(CURLOPT_BUFFERSIZE, 64 << 10)
    }

    private func setLimits(_ limits: OutboundLimits) -> Bool {
        long(CURLOPT_CONNECTTIMEOUT_MS, limits.connectMilliseconds) && long(CURLOPT_TIMEOUT_MS, limits.totalMilliseconds)
    }

    /// A body always comes from the read callback, and there is no callback to rewind it: so libcurl does not repeat a request
    /// on a new connection once a byte of its body was sent, and a service is not called twice.
    private func setBody(_ request: OutboundRequest) -> Bool {
        let length: Int
        switch (request.body, request.method) {
        case (.none, .head): return long(CURLOPT_NOBODY, 1)
        case (.none, .get), (.none, .delete), (.none, .options), (.none, .trace): return long(CURLOPT_HTTPGET, 1)
        case (.none, _): length = 0
        case (.bytes(let bytes), _): length = bytes.count
        // Without a length: chunked coding.
        case (.stream(let declared, _), _): length = declared ?? -1
        }
        return long(CURLOPT_UPLOAD, 1) && ccurl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, Int64(length)) == CURLE_OK
            && text(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    /// The system's authorities never count.
    private func setTLS(_ tls: OutboundTLS) -> Bool {
        guard long(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2), text(CURLOPT_CAINFO, nil), text(CURLOPT_CAPATH, nil),
            long(CURLOPT_SSL_VERIFYPEER, tls.trusted == nil ? 0 : 1), long(CURLOPT_SSL_VERIFYHOST, tls.checksHostName ? 2 : 0)
        else { return false }
        guard let trusted = tls.trusted, !trusted.isEmpty else { return true }
        return ccurl_set_bytes(handle, CURLOPT_CAINFO_BLOB, trusted, trusted.count) == CURLE_OK
    }

    private func setHeaders(_ fields: [OutboundField], list: inout UnsafeMutablePointer<curl_slist>?) -> Bool {
        // libcurl's notation: `Name;` is a header without a value, `Name:` suppresses its own.
        var lines = fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        lines.append("Expect:")
        if !fields.contains(where: { $0.name.lowercased() == "accept" }) { lines.append("Accept:") }
        for line in lines {
            guard let longer = curl_slist_append(list, line) else { return false }
            list = longer
        }
        return ccurl_set_list(handle, CURLOPT_HTTPHEADER, list) == CURLE_OK
    }

    private func long(_ option: CURLoption, _ value: Int) -> Bool { ccurl_set_long(handle, option, value) == CURLE_OK }

    private func text(_ option: CURLoption, _ value: String?) -> Bool { ccurl_set_text(handle, option, value) == CURLE_OK }
}
