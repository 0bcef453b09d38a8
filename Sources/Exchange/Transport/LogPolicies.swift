import MessageLog
import XRoadModel

/// What of whose messages is kept: by service where this server provides it, by client where it asks others, and for the rest.
package struct LogPolicies: Hashable, Sendable {
    package let standard: LogPolicy
    package let services: [ServiceIdentifier: LogPolicy]
    package let clients: [ClientIdentifier: LogPolicy]

    package init(
        standard: LogPolicy = LogPolicy(), services: [ServiceIdentifier: LogPolicy] = [:],
        clients: [ClientIdentifier: LogPolicy] = [:]
    ) {
        self.standard = standard
        self.services = services
        self.clients = clients
    }

    func policy(of message: RequestMessage, on side: ExchangeSide) -> LogPolicy {
        switch side {
        case .provider: services[message.service] ?? standard
        case .consumer: clients[message.client] ?? standard
        }
    }
}
