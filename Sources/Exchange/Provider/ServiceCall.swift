import AccessPolicy
import MessageCodecs
import XRoadModel

/// The HTTP request that reaches the service: what was signed and permitted, nothing else (PR-MESSTRANSP 3.3 step 5).
package struct ServiceCall: Sendable {
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        case spooled(any SpooledBody)
    }

    package let method: String
    package let url: String
    package let headers: [(name: String, value: String)]
    package let body: Body

    /// Scheme, host and port of the service, for logs and faults: paths and queries may name persons.
    package let origin: String
}

extension JournaledRequest {
    package var service: Service { verified.permitted.service.service }

    package var serviceCall: ServiceCall {
        let address = service.address
        switch verified.received.message.content {
        case .soap(let message, let soapAction, let headers):
            let type = verified.received.head.originalContentType ?? headers.contentType?.text ?? ContentType.xml.text
            return ServiceCall(
                method: "POST", url: address,
                headers: [("Content-Type", type), ("SOAPAction", soapAction ?? "")],
                body: .bytes(message.bytes), origin: Self.origin(of: address))
        case .rest(let head):
            return ServiceCall(
                method: head.verb.rawValue, url: Self.url(address, head), headers: head.fields.map { ($0.name, $0.value) },
                body: verified.body.map { .spooled($0) } ?? .none, origin: Self.origin(of: address))
        }
    }

    /// The path is the one on which the right was decided; the query is passed on as received (PR-REST 4.5).
    private static func url(_ address: String, _ head: RESTRequestHead) -> String {
        let path = head.servicePath.text
        let base = address.hasSuffix("/") && path.hasPrefix("/") ? String(address.dropLast()) : address
        return base + path + (head.query.map { "?" + $0 } ?? "")
    }

    private static func origin(of address: String) -> String {
        address.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).prefix(3).joined(separator: "/")
    }
}
