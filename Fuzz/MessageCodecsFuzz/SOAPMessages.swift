import MessageCodecs

/// A SOAP message: what is accepted takes a request hash, and the result is accepted with the same header fields.
func fuzzSOAPMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    guard case .message(let message)? = try? SOAPMessage.read(bytes, contentType: .xml, .request),
        let written = try? SOAPRequestHash.insert([1, 2, 3], .sha512, into: message)
    else { return 0 }
    guard case .message(let again)? = try? SOAPMessage.read(written, contentType: .xml, .request),
        again.header.requestHash?.value == "AQID", again.header.client == message.header.client,
        again.header.service == message.header.service, again.header.messageID == message.header.messageID
    else { fatalError("request hash changed the message") }
    return 0
}
