/// What a signature covers of one message: the digests of its parts, all by one algorithm.
package struct MessageDigests: Sendable {
    /// The message, then its attachments.
    let parts: [[UInt8]]

    /// - Parameters:
    ///   - message: of the SOAP message, or of the head of a REST message.
    ///   - attachments: of the attachments in order, or of the body of a REST message.
    package init(message: [UInt8], attachments: [[UInt8]]) { parts = [message] + attachments }
}
