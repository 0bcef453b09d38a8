import AccessPolicy
import MessageCodecs

/// Calls the provider's own service, and only for a request that was verified, permitted and journaled.
package protocol ServiceCalling: Sendable {
    func call(_ request: JournaledRequest) async throws(ServiceFailure) -> ServiceAnswer
}

/// The head of the service's answer and its body, still to be read.
package struct ServiceAnswer: Sendable {
    package let status: Int
    package let reason: String
    package let headers: [(name: String, value: String)]
    package let body: any BodySource

    package init(status: Int, reason: String, headers: [(name: String, value: String)], body: any BodySource) {
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body
    }
}

/// Why the service gave no answer. `address` is scheme, host and port only: paths and queries may name persons.
package enum ServiceFailure: Error, Sendable, Equatable {
    case malformedAddress(String)
    case unreachable(address: String, reason: String)
    case timedOut(address: String, seconds: Int)
    case malformedAnswer(address: String, reason: String)
}
