import XML
import XRoadModel

/// An error as X-Road tells it to information systems and to other security servers (PR-MESS 2.5, PR-REST 4.6).
package struct Fault: Error, Sendable, Equatable {
    /// As written: X-Road's words in either spelling, or a service's own.
    package let code: String
    package let message: String
    package let actor: String
    /// Meant for the operator: an identifier under which the log tells more.
    package let detail: String

    package init(code: String, message: String, actor: String = "", detail: String) {
        self.code = code
        self.message = message
        self.actor = actor
        self.detail = detail
    }

    package init(_ path: FaultPath, _ spelling: FaultSpelling, message: String, detail: String) {
        self.init(code: path.text(spelling), message: message, detail: detail)
    }

    /// X-Road's code, where this is one of X-Road's faults.
    package var path: FaultPath? { FaultPath(text: code) }
}

// MARK: SOAP
extension Fault {
    /// As X-Road writes it.
    package func soap() -> [UInt8] {
        Array(
            ("<?xml version=\"1.0\" encoding=\"UTF-8\"?><SOAP-ENV:Envelope xmlns:SOAP-ENV=\"\(SOAPNamespace.envelope)\"><SOAP-ENV:Body>"
                + "<SOAP-ENV:Fault><faultcode>\(XMLText.escape(text: code))</faultcode>"
                + "<faultstring>\(XMLText.escape(text: message))</faultstring>"
                + "<faultactor>\(XMLText.escape(text: actor))</faultactor>"
                + "<detail><faultDetail xmlns=\"\">\(XMLText.escape(text: detail))</faultDetail></detail>"
                + "</SOAP-ENV:Fault></SOAP-ENV:Body></SOAP-ENV:Envelope>").utf8)
    }

    /// Reads a fault that stands where a signature or a whole response was due; a message there is `invalidMessage`.
    package static func read(soap bytes: [UInt8]) throws(CodecFailure) -> Fault {
        guard case .fault(let fault) = try SOAPMessage.read(bytes, contentType: .xml, .response) else {
            throw .unexpectedContent("message in place of a fault")
        }
        return fault
    }

    /// As X-Road does, members are known by their local names: services qualify them or not.
    init(element: XMLElement) {
        var texts: [String: String] = [:]
        for child in element.children where texts[child.name] == nil {
            texts[child.name] = child.children.first { $0.name == "faultDetail" }?.text ?? child.text
        }
        self.init(
            code: texts["faultcode"] ?? "", message: texts["faultstring"] ?? "", actor: texts["faultactor"] ?? "",
            detail: texts["detail"] ?? "")
    }
}
