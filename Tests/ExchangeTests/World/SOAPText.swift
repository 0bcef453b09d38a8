/// SOAP messages of the service `verify`, as text that a test may change.
enum SOAPText {
    static let client = identified(
        "client", "SUBSYSTEM",
        """
        <id:xRoadInstance>TEST</id:xRoadInstance><id:memberClass>GOV</id:memberClass><id:memberCode>M1</id:memberCode>\
        <id:subsystemCode>consumer</id:subsystemCode>
        """)
    static let service = service("verify")
    static let identifier = "<xrd:id>message-1</xrd:id>"
    static let user = "<xrd:userId>TEST30000000000</xrd:userId>"
    static let version = "<xrd:protocolVersion>4.0</xrd:protocolVersion>"
    static let header = client + service + identifier + user + version

    static func service(_ code: String, provider: String = "provider", version: String? = "v1") -> String {
        let version = version.map { "<id:serviceVersion>\($0)</id:serviceVersion>" } ?? ""
        return identified(
            "service", "SERVICE",
            """
            <id:xRoadInstance>TEST</id:xRoadInstance><id:memberClass>GOV</id:memberClass><id:memberCode>M2</id:memberCode>\
            <id:subsystemCode>\(provider)</id:subsystemCode><id:serviceCode>\(code)</id:serviceCode>\(version)
            """)
    }

    static func securityServer(_ member: String, _ code: String) -> String {
        identified(
            "securityServer", "SERVER",
            """
            <id:xRoadInstance>TEST</id:xRoadInstance><id:memberClass>GOV</id:memberClass><id:memberCode>\(member)</id:memberCode>\
            <id:serverCode>\(code)</id:serverCode>
            """)
    }

    static let body = "<p:verify xmlns:p=\"urn:permits\"><p:number>1</p:number></p:verify>"
    static let answerBody = "<p:verifyResponse xmlns:p=\"urn:permits\"><p:known>true</p:known></p:verifyResponse>"

    static let request = envelope()
    static let answer = envelope(body: answerBody)

    static func envelope(header: String = header, body: String = body) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xrd="http://x-road.eu/xsd/xroad.xsd" \
        xmlns:id="http://x-road.eu/xsd/identifiers"><soap:Header>\(header)</soap:Header><soap:Body>\(body)</soap:Body></soap:Envelope>
        """
    }

    static let fault = """
        <soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault>\
        <faultcode>soap:Server</faultcode><faultstring>no such permit</faultstring></soap:Fault></soap:Body></soap:Envelope>
        """

    private static func identified(_ name: String, _ type: String, _ codes: String) -> String {
        "<xrd:\(name) id:objectType=\"\(type)\">\(codes)</xrd:\(name)>"
    }
}

extension String {
    var bytes: [UInt8] { Array(utf8) }
}
