import XML

/// A SOAP 1.1 request as a service needs it: the header to give back, and the one element of the body.
struct SOAPRequest {
    static let namespace = "http://schemas.xmlsoap.org/soap/envelope/"
    static let xRoadNamespace = "http://x-road.eu/xsd/xroad.xsd"

    /// The canonical form of the header element, which has the same elements in the same order with the same values as the
    /// request's: what a service must give back (PR-MESS 2.2). Empty where the request has none.
    let header: [UInt8]
    /// The X-Road header `issue`.
    let issue: String?
    let body: XMLElement

    init(parsing bytes: [UInt8]) throws(SOAPFault) {
        let envelope: XMLElement
        do {
            envelope = try XMLDocument(parsing: bytes).root
        } catch {
            throw SOAPFault(.client, "The request is not well-formed XML without a document type.")
        }
        let headers = envelope.children("Header", Self.namespace)
        let bodies = envelope.children("Body", Self.namespace)
        guard envelope.named("Envelope", Self.namespace), headers.count <= 1, bodies.count == 1,
            envelope.children.count == headers.count + 1, let content = bodies[0].children.first, bodies[0].children.count == 1
        else {
            throw SOAPFault(.client, "The request is not a SOAP 1.1 envelope with one element in its body.")
        }
        do {
            header = try headers.first.map { try $0.document.canonical($0, .exclusive) } ?? []
        } catch {
            throw SOAPFault(.client, "The header cannot be copied.")
        }
        issue = headers.first?.child("issue", Self.xRoadNamespace)?.text
        body = content
    }
}

/// A technical error (SOAP 1.1, 4.4).
struct SOAPFault: Error, Equatable {
    enum Code: String, Sendable {
        case client = "Client"
        case server = "Server"
    }

    let code: Code
    let text: String

    init(_ code: Code, _ text: String) {
        self.code = code
        self.text = text
    }

    /// With HTTP 500 (SOAP 1.1, 6.2).
    var answer: ServiceAnswer {
        let fault = """
            <soap:Fault><faultcode>soap:\(code.rawValue)</faultcode>\
            <faultstring>\(XMLText.escape(text: text))</faultstring></soap:Fault>
            """
        return ServiceAnswer(soap: fault, header: [], status: 500)
    }
}

extension ServiceAnswer {
    /// An envelope around `body`, which is XML.
    init(soap body: String, header: [UInt8], status: Int = 200) {
        let start = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n" + #"<soap:Envelope xmlns:soap="\#(SOAPRequest.namespace)">"#
        let end = "<soap:Body>\(body)</soap:Body></soap:Envelope>"
        self.init(status: status, contentType: "text/xml; charset=utf-8", body: Array(start.utf8) + header + Array(end.utf8))
    }
}
