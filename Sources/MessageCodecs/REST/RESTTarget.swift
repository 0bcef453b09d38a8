import XRoadModel

/// Path and query of a REST request: `/r1/{service identifier}[/path][?query]` (PR-REST 4.1).
struct RESTTarget: Hashable, Sendable {
    /// As received, which is what is signed.
    let text: String
    let service: ServiceIdentifier
    let servicePath: NormalizedPath
    /// As received, without the question mark. PR-REST 4.5: passed on unmodified.
    let query: String?

    static let maximumBytes = 16 * 1024

    init(_ text: String) throws(CodecFailure) {
        guard text.utf8.count <= Self.maximumBytes else { throw .limitExceeded(.restTargetBytes, limit: Self.maximumBytes) }
        let halves = text.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
        let segments = halves[0].split(separator: UInt8(ascii: "/"), maxSplits: 7, omittingEmptySubsequences: false)
        guard segments.count >= 7, segments[0].isEmpty else { throw .invalidREST("path does not name a service") }
        guard segments[1].elementsEqual("r1".utf8) else { throw .invalidREST("protocol version is not r1") }
        let codes = segments[2..<7].compactMap { PercentEncoding.decode(segment: $0) }
        guard codes.count == 5, let service = IdentifierText.service(codes: codes) else {
            throw .invalidREST("path has no valid service identifier")
        }
        self.text = text
        self.service = service
        servicePath = try NormalizedPath(segments.count == 8 ? "/" + String(Substring(segments[7])) : "")
        query = halves.count == 2 ? try Self.validated(query: String(Substring(halves[1]))) : nil
    }

    private static func validated(query: String) throws(CodecFailure) -> String {
        let bytes = Array(query.utf8)
        guard bytes.allSatisfy({ Characters.query.contains($0) }) else {
            throw .invalidREST("query has a character that is not allowed")
        }
        for (index, byte) in bytes.enumerated() where byte == UInt8(ascii: "%") {
            guard index + 2 < bytes.count, Characters.hexadecimal(bytes[index + 1]) != nil,
                Characters.hexadecimal(bytes[index + 2]) != nil
            else { throw .invalidREST("query has an incomplete escape") }
        }
        return query
    }
}
