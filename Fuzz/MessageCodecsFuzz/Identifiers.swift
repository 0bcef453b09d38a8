import MessageCodecs

/// Identifiers and media types as text: what is read is written to a text that reads the same.
func fuzzIdentifiers(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    if let client = IdentifierText.client(text), IdentifierText.client(IdentifierText.encode(client)) != client {
        fatalError("client differs")
    }
    if let service = IdentifierText.service(text), IdentifierText.service(IdentifierText.encode(service)) != service {
        fatalError("service differs")
    }
    if let server = IdentifierText.securityServer(text), IdentifierText.securityServer(IdentifierText.encode(server)) != server {
        fatalError("security server differs")
    }
    _ = IdentifierText.representedParty(text)
    _ = try? ContentType(text)
    return 0
}
