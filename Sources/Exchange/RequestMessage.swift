import MessageCodecs
import XRoadModel

/// A request as it is signed and journaled, whatever its protocol. A class because every step of an exchange holds it.
package final class RequestMessage: Sendable {
    package enum Content: Sendable {
        /// `soapAction` and `contentType` as the information system sent them.
        case soap(SOAPMessage, soapAction: String?, headers: MIMEHeaders)
        case rest(RESTRequestHead)
    }

    package let content: Content
    /// The bytes that are signed as `/message.xml`.
    package let part: [UInt8]
    package let client: ClientIdentifier
    package let service: ServiceIdentifier
    package let messageIdentifier: String
    /// The security server that the caller asks for, where it does.
    package let targetServer: SecurityServerIdentifier?

    package var kind: MessageKind {
        switch content {
        case .soap: .soap
        case .rest: .rest
        }
    }

    /// Of the SOAP part; nil for REST.
    var partHeaders: MIMEHeaders? {
        if case .soap(_, _, let headers) = content { headers } else { nil }
    }

    init(_ head: RESTRequestHead, part: [UInt8]) {
        content = .rest(head)
        self.part = part
        client = head.client
        service = head.service
        messageIdentifier = head.messageID
        targetServer = head.securityServer
    }

    /// `bytes` as they came, under the content type of `headers`.
    init(soap bytes: [UInt8], soapAction: String?, headers: MIMEHeaders) throws(CodecFailure) {
        let content = try SOAPMessage.read(bytes, contentType: headers.contentType ?? .xml, .request)
        guard case .message(let message) = content else { throw .unexpectedContent("a fault in place of a request") }
        self.content = .soap(message, soapAction: soapAction, headers: headers)
        part = bytes
        client = message.header.client
        service = message.header.service
        messageIdentifier = message.header.messageID
        targetServer = message.header.securityServer
    }
}
