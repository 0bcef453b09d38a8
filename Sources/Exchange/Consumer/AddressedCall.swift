import GlobalConfiguration
import XRoadModel

/// An admitted call with the security servers that can carry it out, by the configuration it will be judged under to its end.
package struct AddressedCall: Sendable {
    let admitted: AdmittedCall
    let configuration: ConfigurationSnapshot
    /// Not empty; in the order to try.
    let servers: [Provider]

    struct Provider: Sendable {
        let identifier: SecurityServerIdentifier
        let address: String
    }

    private init(_ admitted: AdmittedCall, _ configuration: ConfigurationSnapshot, _ servers: [Provider]) {
        self.admitted = admitted
        self.configuration = configuration
        self.servers = servers
    }

    static func locate(_ admitted: AdmittedCall, in configuration: ConfigurationSnapshot) throws(ExchangeFailure) -> AddressedCall
    {
        let message = admitted.received.message
        let provider = message.service.provider
        var servers = configuration.servers(for: provider).compactMap { server in
            server.address.map { Provider(identifier: server.identifier, address: $0) }
        }
        guard !servers.isEmpty else { throw .unknownProvider(provider) }
        if let target = message.targetServer {
            servers.removeAll { $0.identifier != target }
            guard !servers.isEmpty else { throw .noSuchServerForProvider(provider, target) }
        }
        return AddressedCall(admitted, configuration, servers)
    }
}
