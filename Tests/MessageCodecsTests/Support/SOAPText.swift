/// A small message of ours.
enum SOAPText {
    static let request = message("<m:get xmlns:m=\"urn:m\"/>")
    static let response = message("<m:getResponse xmlns:m=\"urn:m\"/>")

    static let clientField =
        "<x:client i:objectType=\"SUBSYSTEM\"><i:xRoadInstance>A</i:xRoadInstance><i:memberClass>B</i:memberClass>"
        + "<i:memberCode>C</i:memberCode><i:subsystemCode>D</i:subsystemCode></x:client>"
    static let serviceField =
        "<x:service i:objectType=\"SERVICE\"><i:xRoadInstance>A</i:xRoadInstance><i:memberClass>B</i:memberClass>"
        + "<i:memberCode>P</i:memberCode><i:serviceCode>get</i:serviceCode><i:serviceVersion>v1</i:serviceVersion></x:service>"
    static let idField = "<x:id>42</x:id>"
    static let versionField = "<x:protocolVersion>4.0</x:protocolVersion>"

    private static func message(_ body: String) -> String {
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:x=\"http://x-road.eu/xsd/xroad.xsd\" "
            + "xmlns:i=\"http://x-road.eu/xsd/identifiers\"><s:Header>\(clientField)\(serviceField)\(idField)\(versionField)</s:Header>"
            + "<s:Body>\(body)</s:Body></s:Envelope>"
    }
}
