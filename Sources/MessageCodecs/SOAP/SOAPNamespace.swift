/// Namespaces of SOAP messages (SOAP 1.1 3; PR-MESS 2.1, 2.2; third party representation extension 2).
package enum SOAPNamespace {
    package static let envelope = "http://schemas.xmlsoap.org/soap/envelope/"
    package static let xroad = "http://x-road.eu/xsd/xroad.xsd"
    package static let identifiers = "http://x-road.eu/xsd/identifiers"
    package static let representation = "http://x-road.eu/xsd/representation.xsd"
}
