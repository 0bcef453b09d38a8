/// Where a signed directory lies: an absolute `http` or `https` URL without user information or fragment.
package struct SourceURL: Hashable, Sendable {
    package let scheme: String
    package let authority: String
    /// Begins with a slash.
    package let path: String
    package let query: String?

    package init?(_ text: String) {
        guard text.utf8.allSatisfy(Self.isAllowed), let colon = text.firstIndex(of: ":") else { return nil }
        let scheme = text[..<colon].lowercased()
        guard scheme == "http" || scheme == "https", text[colon...].hasPrefix("://") else { return nil }
        let rest = text[colon...].dropFirst(3)
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.isEmpty, !authority.contains("@") else { return nil }
        let target = Self.splitQuery(rest.dropFirst(authority.count))
        self.init(
            scheme: scheme, authority: authority.lowercased(), path: target.path.isEmpty ? "/" : target.path, query: target.query)
    }

    private init(scheme: String, authority: String, path: String, query: String?) {
        self.scheme = scheme
        self.authority = authority
        self.path = path
        self.query = query
    }

    /// The same location, asking for one configuration version (PR-GCONF 2.7). A version that the URL already names stays.
    func asking(version: Int) -> SourceURL {
        let terms = (query ?? "").split(separator: "&")
        guard !terms.contains(where: { $0.hasPrefix("version=") }) else { return self }
        return SourceURL(
            scheme: scheme, authority: authority, path: path,
            query: (terms + ["version=\(version)"]).joined(separator: "&"))
    }

    /// Resolves a `Content-location`. What leads to another scheme, host or port, or walks up with dot segments, is refused: a
    /// signed directory must not make its reader talk to third parties.
    func resolving(_ reference: String) throws(ConfigurationFailure) -> SourceURL {
        guard reference.utf8.allSatisfy(Self.isAllowed), !reference.isEmpty else {
            throw .foreignLocation(reference)
        }
        let resolved: SourceURL
        if let absolute = SourceURL(reference) {
            resolved = absolute
        } else {
            let firstSegment = reference.prefix { $0 != "/" && $0 != "?" }
            guard !reference.hasPrefix("//"), !firstSegment.contains(":") else { throw .foreignLocation(reference) }
            let target = Self.splitQuery(reference[...])
            let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
            resolved = SourceURL(
                scheme: scheme, authority: authority, path: target.path.hasPrefix("/") ? target.path : folder + target.path,
                query: target.query)
        }
        let segments = resolved.path.split(separator: "/", omittingEmptySubsequences: false)
        guard resolved.scheme == scheme, resolved.authority == authority, !segments.contains("."), !segments.contains("..") else {
            throw .foreignLocation(reference)
        }
        return resolved
    }

    private static func splitQuery(_ text: Substring) -> (path: String, query: String?) {
        guard let mark = text.firstIndex(of: "?") else { return (String(text), nil) }
        return (String(text[..<mark]), String(text[text.index(after: mark)...]))
    }

    /// Printable ASCII without what RFC 3986 excludes everywhere, and without a fragment.
    private static func isAllowed(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !"\"<>\\^`{|}#".utf8.contains(byte)
    }
}

extension SourceURL: CustomStringConvertible {
    package var description: String { "\(scheme)://\(authority)\(path)" + (query.map { "?\($0)" } ?? "") }
}
