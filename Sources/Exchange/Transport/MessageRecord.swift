import GlobalConfiguration
import MessageLog
import SignedDocuments
import XRoadModel

extension OwnSecurityServer {
    /// The evidence of one message, as the journal keeps it.
    func append(
        part: [UInt8], body: (any SpooledBody)?, signature: SignatureData, of message: RequestMessage, requestIdentifier: String,
        side: ExchangeSide, direction: MessageDirection, configuration: ConfigurationSnapshot
    ) async throws(ExchangeFailure) -> JournalReceipt {
        let entry = LogEntry(
            time: environment.now(), side: side, direction: direction, kind: message.kind, requestIdentifier: requestIdentifier,
            messageIdentifier: message.messageIdentifier, client: message.client, service: message.service)
        // The provider's side acts by a right that it gave the client; on the consumer's side the client is an own one.
        let isProvider = side == .provider
        let record = LogRecord(
            entry: entry, owner: isProvider ? message.service.provider.member : message.client.member,
            policy: logging.policy(of: message, on: side), decision: isProvider ? "access-right \(message.client)" : "",
            messagePart: part, attachments: body.map { [$0.journaled] } ?? [], signature: signature,
            configurationHash: configuration.hash.bytes)
        do { return try await journal.append(record) } catch { throw .journal(error) }
    }
}
