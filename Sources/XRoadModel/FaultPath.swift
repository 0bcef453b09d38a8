/// Where a fault arose, seen from the caller. The raw value is the prefix of 7.8.
package enum FaultOrigin: String, Sendable, CaseIterable {
    /// The caller's own request.
    case client
    /// The consumer's security server.
    case consumerServer = "server.clientproxy"
    /// The provider's security server.
    case providerServer = "server.serverproxy"

    package func text(_ spelling: FaultSpelling) -> String {
        guard spelling == .camelCase else { return rawValue }
        return switch self {
        case .client: "Client"
        case .consumerServer: "Server.ClientProxy"
        case .providerServer: "Server.ServerProxy"
        }
    }
}

/// A fault code with its origin and the links it passed: `server.clientproxy.service_failed.missing_body`.
package struct FaultPath: Hashable, Sendable {
    package let origin: FaultOrigin
    package let codes: [FaultCode]

    package init(_ origin: FaultOrigin, _ codes: FaultCode...) {
        self.init(origin: origin, codes: codes)
    }

    package init(origin: FaultOrigin, codes: [FaultCode]) {
        self.origin = origin
        self.codes = codes
    }

    package func text(_ spelling: FaultSpelling) -> String {
        ([origin.text(spelling)] + codes.map { $0.text(spelling) }).joined(separator: ".")
    }

    /// Reads either spelling; nil where the text is not wholly made of X-Road's words, such as a service's own fault code.
    package init?(text: String) {
        for spelling in FaultSpelling.allCases {
            for origin in FaultOrigin.allCases where text.hasPrefix(origin.text(spelling) + ".") {
                let rest = text.dropFirst(origin.text(spelling).utf8.count + 1)
                let codes = rest.split(separator: ".", omittingEmptySubsequences: false).map { FaultCode(text: $0) }
                guard codes.allSatisfy({ $0 != nil }) else { continue }
                self.init(origin: origin, codes: codes.compactMap(\.self))
                return
            }
        }
        return nil
    }
}
