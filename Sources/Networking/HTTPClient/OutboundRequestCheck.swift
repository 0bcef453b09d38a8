import CCurl

extension OutboundRequest {
    /// Where the URL leads, after everything was checked that libcurl would send as it is.
    func checkedEndpoint() throws(NetworkingFailure) -> NetworkEndpoint {
        let named = try Self.endpoint(of: url)
        let endpoint = unixSocket.map { NetworkEndpoint(host: $0, port: 0) } ?? named
        for field in headers {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(OutboundField.isNameByte),
                field.value.utf8.allSatisfy(OutboundField.isValueByte)
            else { throw .invalidRequest(reason: "header \"\(field.name)\" is not a header line") }
            guard !OutboundField.setByClient.contains(field.name.lowercased()) else {
                throw .invalidRequest(reason: "header \(field.name) is the client's to set")
            }
        }
        switch body {
        case .none: break
        case .bytes, .stream: if method == .head { throw .invalidRequest(reason: "HEAD with a body") }
        }
        if case .stream(let length?, _) = body, length < 0 { throw .invalidRequest(reason: "a negative length") }
        if tls.trusted?.isEmpty == true, url.lowercased().hasPrefix("https:") {
            throw .handshakeFailed(endpoint, reason: "no certificate is trusted")
        }
        return endpoint
    }

    /// libcurl's own reading of the URL, so that what is checked is what is used.
    private static func endpoint(of url: String) throws(NetworkingFailure) -> NetworkEndpoint {
        guard url.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw .invalidRequest(reason: "URL with a space or not ASCII")
        }
        guard let parsed = curl_url() else { throw .clientFailed(reason: "no memory") }
        defer { curl_url_cleanup(parsed) }
        let flags = CURLU_PATH_AS_IS | CURLU_DISALLOW_USER | CURLU_NON_SUPPORT_SCHEME
        let status = curl_url_set(parsed, CURLUPART_URL, url, UInt32(flags))
        guard status == CURLUE_OK else { throw .invalidRequest(reason: "URL: " + String(cString: curl_url_strerror(status))) }
        guard let scheme = part(CURLUPART_SCHEME, of: parsed), scheme == "http" || scheme == "https" else {
            throw .invalidRequest(reason: "URL is neither http nor https")
        }
        guard let host = part(CURLUPART_HOST, of: parsed), !host.isEmpty,
            let port = part(CURLUPART_PORT, of: parsed).flatMap(Int.init)
        else { throw .invalidRequest(reason: "URL without a host") }
        return NetworkEndpoint(host: host.trimmingBrackets(), port: port)
    }

    private static func part(_ part: CURLUPart, of url: OpaquePointer) -> String? {
        var text: UnsafeMutablePointer<CChar>?
        guard curl_url_get(url, part, &text, UInt32(CURLU_DEFAULT_PORT)) == CURLUE_OK, let text else { return nil }
        defer { curl_free(text) }
        return String(cString: text)
    }
}

extension String {
    /// An IPv6 address without the brackets that it has in a URL.
    fileprivate func trimmingBrackets() -> String { hasPrefix("[") && hasSuffix("]") ? String(dropFirst().dropLast()) : self }
}

extension OutboundField {
    /// RFC 9110 5.6.2: token.
    static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    /// RFC 9110 5.5: no control characters but the tab.
    static func isValueByte(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7f || byte == 0x09 }
}
