import MessageCodecs
import PKI
import Testing

/// Where the request hash goes: behind `id`, in its namespace; no other byte changes.
@Suite struct SOAPRequestHashTests {
    static let uri = DigestAlgorithm.sha512.uri
    static let element = "<x:requestHash algorithmId=\"\(uri)\">AQID</x:requestHash>"
    static let declaring = "<requestHash xmlns=\"http://x-road.eu/xsd/xroad.xsd\" algorithmId=\"\(uri)\">AQID</requestHash>"
    static let id = SOAPText.idField
    static let version = SOAPText.versionField
    static let defaultID = "<id xmlns=\"http://x-road.eu/xsd/xroad.xsd\">42</id>"

    @Test(arguments: [
        (id, id, id + element), (id, "\(id)\n  <x:requestHash/>", "\(id)\(element)\n  "),
        (id, "<x:requestHash a=\">\">old<!-- --></x:requestHash>\(id)", id + element),
        (id, "<x:requestHash>old</x:requestHash> \(id)", " \(id)\(element)"),
        (id, "\(id)<!-- <x:requestHash/> -->", "\(id)\(element)<!-- <x:requestHash/> -->"),
        (
            id, "\(id)<o:requestHash xmlns:o=\"urn:o\">other</o:requestHash>",
            "\(id)\(element)<o:requestHash xmlns:o=\"urn:o\">other</o:requestHash>"
        ),
        (id, defaultID, defaultID + declaring),
        (
            id, "<y:id xmlns:y=\"http://x-road.eu/xsd/xroad.xsd\">42</y:id>",
            "<y:id xmlns:y=\"http://x-road.eu/xsd/xroad.xsd\">42</y:id>" + declaring
        ),
        (id, "<x:id\n>42</x:id >", "<x:id\n>42</x:id >" + element),
        (id, "<x:id a='>'>42</x:id>", "<x:id a='>'>42</x:id>" + element),
        ("<m:getResponse", "<m:getResponse", "<m:getResponse"),
        (
            "/></s:Body>", "><x:id>1</x:id><x:requestHash>body</x:requestHash></m:getResponse></s:Body>",
            "><x:id>1</x:id><x:requestHash>body</x:requestHash></m:getResponse></s:Body>"
        ),
        ("<s:Envelope", "\u{FEFF}<?xml version=\"1.0\"?>\r\n<s:Envelope", "\u{FEFF}<?xml version=\"1.0\"?>\r\n<s:Envelope"),
        (
            version, "<x:userId>é&amp;<![CDATA[<x:id>]]></x:userId>\(version)",
            "<x:userId>é&amp;<![CDATA[<x:id>]]></x:userId>\(version)"
        ),
    ])
    func inserts(old: String, given: String, expected: String) throws {
        let response = SOAPText.response.replacing(old, with: given)
        var wanted = SOAPText.response.replacing(old, with: expected)
        if old != Self.id { wanted = wanted.replacing(Self.id, with: Self.id + Self.element) }
        guard case .message(let message) = try SOAPMessage.read(Array(response.utf8), contentType: .xml, .response) else {
            Issue.record("a fault")
            return
        }
        let written = try SOAPRequestHash.insert([1, 2, 3], .sha512, into: message)
        #expect(String(decoding: written, as: UTF8.self) == wanted)
        guard case .message(let again) = try SOAPMessage.read(written, contentType: .xml, .response) else { return }
        #expect(again.header.requestHash?.value == "AQID")
        #expect(again.header.requestHash?.algorithm == Self.uri)
        #expect(try SOAPRequestHash.insert([1, 2, 3], .sha512, into: again) == written)
    }
}
