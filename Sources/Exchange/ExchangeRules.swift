import AccessPolicy

/// What the operator decides about exchanges, and may change while the server runs: an exchange keeps the rules it began with.
package struct ExchangeRules: Sendable {
    let clients: LocalClients
    let services: Services
    let limits: ExchangeLimits
    let faults: FaultSender
    let logging: LogPolicies

    package init(
        clients: LocalClients, services: Services, limits: ExchangeLimits, faults: FaultSender,
        logging: LogPolicies = LogPolicies()
    ) {
        self.clients = clients
        self.services = services
        self.limits = limits
        self.faults = faults
        self.logging = logging
    }
}

extension OwnSecurityServer {
    var clients: LocalClients { rules.clients }
    var services: Services { rules.services }
    var limits: ExchangeLimits { rules.limits }
    var faults: FaultSender { rules.faults }
    var logging: LogPolicies { rules.logging }

    /// The same server under other rules; what it has learned of its peers stays.
    package func following(_ rules: ExchangeRules, caller: any ServiceCalling) -> OwnSecurityServer {
        var server = self
        server.rules = rules
        server.caller = caller
        return server
    }
}
