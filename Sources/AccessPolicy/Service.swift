import XRoadModel

/// A service that a client of this security server provides.
package struct Service: Sendable, Equatable {
    package let identifier: ServiceIdentifier
    package let kind: MessageKind
    /// Where the security server calls it; a REST call's service path and query are appended.
    package let address: String
    /// Time for the whole call of the service, in seconds.
    package let timeoutSeconds: Int
    /// Text for callers while the service is switched off; nil when it is on.
    package let disabledNotice: String?
    /// Consumers that may call it. Rights do not distinguish versions (PR-MESS 3.1).
    package let consumers: Set<ClientIdentifier>

    package init(
        identifier: ServiceIdentifier, kind: MessageKind, address: String, timeoutSeconds: Int,
        disabledNotice: String? = nil, consumers: Set<ClientIdentifier>
    ) {
        self.identifier = identifier
        self.kind = kind
        self.address = address
        self.timeoutSeconds = timeoutSeconds
        self.disabledNotice = disabledNotice
        self.consumers = consumers
    }
}

package enum ServiceRefusal: Sendable, Equatable {
    case unknownService
    case wrongKind(provided: MessageKind)
    case accessDenied
    case disabled(notice: String)
}

package struct ServiceDenied: Error, Sendable, Equatable {
    package let reason: ServiceRefusal
}

/// A service that this consumer may call now: only `Services.permit` makes one.
package struct PermittedService: Sendable {
    package let service: Service
    fileprivate init(_ service: Service) { self.service = service }
}

/// The services of one security server.
package struct Services: Sendable, Equatable {
    private let services: [ServiceIdentifier: Service]

    package init(_ services: [Service]) {
        self.services = Dictionary(services.map { ($0.identifier, $0) }, uniquingKeysWith: { $1 })
    }

    /// In X-Road's order, so that callers see the same fault: existence, kind, right, switched off.
    package func permit(
        _ identifier: ServiceIdentifier, kind: MessageKind, consumer: ClientIdentifier
    ) throws(ServiceDenied) -> PermittedService {
        guard let service = services[identifier] else { throw ServiceDenied(reason: .unknownService) }
        guard service.kind == kind else { throw ServiceDenied(reason: .wrongKind(provided: service.kind)) }
        guard service.consumers.contains(consumer) else { throw ServiceDenied(reason: .accessDenied) }
        if let notice = service.disabledNotice { throw ServiceDenied(reason: .disabled(notice: notice)) }
        return PermittedService(service)
    }
}
