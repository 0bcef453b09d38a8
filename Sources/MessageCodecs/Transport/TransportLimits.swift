/// Bounds for one transport message, in bytes where nothing else is said.
package struct TransportLimits: Sendable {
    package var ocspResponses = 16
    package var ocspResponseBytes = 64 * 1024
    /// The SOAP message or the head of a REST message.
    package var messageBytes = 1024 * 1024
    /// REST body, or all attachments together.
    package var bodyBytes = 1 << 40
    /// The hash chain and its result, each.
    package var hashChainBytes = 1024 * 1024
    package var signatureBytes = 1024 * 1024
    package var faultBytes = 256 * 1024
    package var parts = MIMELimits.transport

    package init() {}
}
