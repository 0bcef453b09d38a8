import Logging
import XRoadModel

/// What one exchange was, filled on the way and written once at its end: the log line that operators search, and later the
/// source of operational monitoring. Holds no payload, no header values, no personal identifiers.
package struct ExchangeRecord: Sendable {
    package let side: ExchangeSide
    package private(set) var requestIdentifier: String
    package let started: Instant
    package var kind: MessageKind?
    package var client: ClientIdentifier?
    package var service: ServiceIdentifier?
    package var messageIdentifier: String?
    package var peer: SecurityServerIdentifier?
    package var requestBytes = 0
    package var answerBytes = 0
    package var serviceStatus: Int?
    /// The answer was ready but could not be handed over.
    package var callerGone: String?
    package var fault: (code: String, detail: String, message: String)?

    package init(side: ExchangeSide, requestIdentifier: String, started: Instant) {
        self.side = side
        self.requestIdentifier = requestIdentifier
        self.started = started
    }

    mutating func note(_ message: RequestMessage, named requestIdentifier: String) {
        self.requestIdentifier = requestIdentifier
        kind = message.kind
        client = message.client
        service = message.service
        messageIdentifier = message.messageIdentifier
        requestBytes = message.part.count
    }

    /// Static message, everything else as metadata; a fault at warning level, with the detail id that the caller was given.
    package func write(to log: Logger, at ended: Instant) {
        var fields: Logger.Metadata = [
            "side": .string(side.rawValue),
            "request-id": .string(requestIdentifier),
            "milliseconds": .stringConvertible(ended.millisecondsSince1970 - started.millisecondsSince1970),
            "request-bytes": .stringConvertible(requestBytes),
            "answer-bytes": .stringConvertible(answerBytes),
        ]
        fields["kind"] = kind.map { .string($0.rawValue) }
        fields["client"] = client.map { .string($0.description) }
        fields["service"] = service.map { .string($0.description) }
        fields["peer"] = peer.map { .string($0.description) }
        fields["service-status"] = serviceStatus.map { .stringConvertible($0) }
        fields["caller-gone"] = callerGone.map { .string($0) }
        guard let fault else { return log.info("exchange", metadata: fields) }
        fields["fault"] = .string(fault.code)
        fields["detail-id"] = .string(fault.detail)
        fields["reason"] = .string(fault.message)
        log.warning("exchange refused", metadata: fields)
    }
}
