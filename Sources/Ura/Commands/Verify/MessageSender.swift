import MessageCodecs
import XRoadModel

/// Who must have signed a message: the client a request, the provider a response.
enum MessageSender {
    static func member(of message: [UInt8]) -> MemberIdentifier? {
        if let head = try? RESTRequestHead.decode(message) { return head.client.member }
        if let head = try? RESTResponseHead.decode(message) { return head.service?.provider.member }
        if case .message(let soap)? = try? SOAPMessage.read(message, contentType: .xml, .request) {
            return soap.header.client.member
        }
        if case .message(let soap)? = try? SOAPMessage.read(message, contentType: .xml, .response) {
            return soap.header.service.provider.member
        }
        return nil
    }
}
