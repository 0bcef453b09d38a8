import AccessPolicy
import GlobalConfiguration
import MessageCodecs
import MessageLog
import PKI
import SignedDocuments
import XRoadModel

/// Everything that can end an exchange, grouped by who has to act. `FaultMapping` gives each its X-Road fault.
package enum ExchangeFailure: Error, Sendable {
    // The caller: an information system, or on the provider's side the consumer's security server.
    case malformedRequest(CodecFailure)
    case wrongMethod(String)
    case clientNotAdmitted(ClientIdentifier, ClientRefusal)
    case serviceNotPermitted(ServiceIdentifier, ServiceRefusal)
    case providerNotHere(ClientIdentifier)
    case wrongSecurityServer(requested: SecurityServerIdentifier, this: SecurityServerIdentifier)
    case bodyTooLarge(limit: Int)
    case callerGone(TransferFailure)
    case unsupportedHashAlgorithm(String?)

    // The peer: another security server.
    case unknownProvider(ClientIdentifier)
    case noSuchServerForProvider(ClientIdentifier, SecurityServerIdentifier)
    case peer(PeerFailure)
    case peerNotTrusted(PeerTrustFailure)
    case clientNotAtPeer(ClientIdentifier, SecurityServerIdentifier)
    case malformedAnswer(CodecFailure)
    case inconsistentAnswer(String)
    case signature(SignedDocumentFailure)
    /// The peer's own fault, handed on as it came.
    case peerFault(Fault, bytes: [UInt8])

    // The service behind this security server.
    case service(ServiceFailure)
    case malformedServiceAnswer(CodecFailure)
    case serviceAnswerTooLarge(limit: Int)
    case serviceBroke(TransferFailure)
    /// The service's own SOAP fault, handed on as it came.
    case serviceFault(Fault, bytes: [UInt8])

    // This security server.
    case configuration(ConfigurationFailure)
    case ownServer(OwnServerFailure)
    case journal(MessageLogFailure)
    case spool(TransferFailure)
}
