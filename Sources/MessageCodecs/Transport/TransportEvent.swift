/// What a transport message consists of (PR-MESSTRANSP 3.1), in order. Small parts come whole; the REST body and attachments come in
/// pieces as they arrive.
package enum TransportEvent: Sendable, Equatable {
    /// Requests only, before anything else: DER of one OCSP response for the sender's authentication certificates.
    case ocspResponse([UInt8])
    /// The SOAP message with its part's header. Its content may be a SOAP fault.
    case soapMessage(MIMEHeaders, [UInt8])
    /// The head of a REST request or response.
    case restHead([UInt8])
    case bodyBegan
    case bodyData(ArraySlice<UInt8>)
    case bodyEnded
    case attachmentBegan(MIMEHeaders)
    case attachmentData(ArraySlice<UInt8>)
    case attachmentEnded
    case hashChainResult([UInt8])
    case hashChain([UInt8])
    case signature([UInt8])
    /// A SOAP fault in place of the signature or, in a response, of the whole message.
    case fault([UInt8])
    /// The message is complete: it has a message and a signature, or a fault.
    case end
}
