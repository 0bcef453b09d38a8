import XRoadModel

/// Identifiers as header values and in paths: codes percent-encoded one by one, joined by `/` (PR-REST 4.2, 4.3).
package enum IdentifierText {
    package static func encode(_ client: ClientIdentifier) -> String { encode(client.codes) }
    package static func encode(_ service: ServiceIdentifier) -> String { encode(service.codes) }
    package static func encode(_ server: SecurityServerIdentifier) -> String { encode(server.codes) }

    /// Three or four codes.
    package static func client(_ text: String) -> ClientIdentifier? { codes(text).flatMap(ClientIdentifier.init(codes:)) }

    /// Four codes.
    package static func securityServer(_ text: String) -> SecurityServerIdentifier? {
        codes(text).flatMap(SecurityServerIdentifier.init(codes:))
    }

    /// Five codes: REST services belong to a subsystem and have no version.
    package static func service(_ text: String) -> ServiceIdentifier? { codes(text).flatMap(service(codes:)) }

    static func service(codes: [String]) -> ServiceIdentifier? {
        guard codes.count == 5, let provider = ClientIdentifier(codes: Array(codes[..<4])), !codes[4].isEmpty else { return nil }
        return ServiceIdentifier(provider: provider, serviceCode: codes[4])
    }

    /// `[class/]code`.
    package static func representedParty(_ text: String) -> RepresentedParty? {
        guard let codes = codes(text), (1...2).contains(codes.count), codes.allSatisfy({ !$0.isEmpty }) else { return nil }
        return codes.count == 2
            ? RepresentedParty(partyClass: codes[0], partyCode: codes[1]) : RepresentedParty(partyClass: nil, partyCode: codes[0])
    }

    private static func encode(_ codes: [String]) -> String {
        codes.map(PercentEncoding.encode(segment:)).joined(separator: "/")
    }

    private static func codes(_ text: String) -> [String]? {
        guard text.utf8.count <= 4096 else { return nil }
        var codes: [String] = []
        for segment in text.utf8.split(separator: UInt8(ascii: "/"), maxSplits: 6, omittingEmptySubsequences: false) {
            guard let code = PercentEncoding.decode(segment: segment) else { return nil }
            codes.append(code)
        }
        return codes
    }
}
