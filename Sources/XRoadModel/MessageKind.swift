/// The two message protocols; both ends of one exchange use the same (PR-MESSTRANSP 1.1).
package enum MessageKind: String, Sendable, CaseIterable {
    case soap
    case rest
}

/// The side of a security server that a record or a fault belongs to.
package enum ExchangeSide: String, Sendable, CaseIterable {
    case consumer
    case provider
}

/// Request or response.
package enum MessageDirection: String, Sendable, CaseIterable {
    case request
    case response
}
