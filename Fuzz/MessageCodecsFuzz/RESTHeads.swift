import MessageCodecs

/// Heads of REST requests and responses: what is decoded encodes to the same bytes, and a path's normal form is its own.
func fuzzRESTHead(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let head = try? RESTRequestHead.decode(bytes) {
        guard head.encoded() == bytes else { fatalError("request differs") }
        guard (try? NormalizedPath(head.servicePath.text)) == head.servicePath else { fatalError("path differs") }
    }
    if let head = try? RESTResponseHead.decode(bytes), head.encoded() != bytes { fatalError("response differs") }
    return 0
}
