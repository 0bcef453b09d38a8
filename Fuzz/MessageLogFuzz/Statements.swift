import MessageLog

/// Statements on log keys and proofs of growth.
func fuzzStatement(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let statement = try? LogKeyStatement(bytes), statement.encoded != bytes { fatalError("statement differs") }
    if let file = try? ConsistencyProofFile(bytes) {
        guard let encoded = try? file.encoded, (try? ConsistencyProofFile(encoded)) == file else { fatalError("proof differs") }
    }
    return 0
}
