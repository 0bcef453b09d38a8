import Exchange
import Synchronization

/// Both sides of exchanges by the settings that hold now. A call keeps the settings it began with.
final class LiveExchanges: Sendable {
    final class Sides: Sendable {
        let server: OwnSecurityServer
        let consumer: ConsumerExchange
        let provider: ProviderExchange

        init(_ server: OwnSecurityServer) {
            self.server = server
            consumer = ConsumerExchange(server: server)
            provider = ProviderExchange(server: server)
        }
    }

    private let sides: Mutex<Sides>

    init(_ server: OwnSecurityServer) { sides = Mutex(Sides(server)) }

    var current: Sides { sides.withLock { $0 } }

    func replace(_ server: OwnSecurityServer) {
        let sides = Sides(server)
        self.sides.withLock { $0 = sides }
    }
}
