import MessageLog

/// Signed notes, checkpoints and names of keys: what is read is written as it was.
func fuzzNote(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let note = try? SignedNote(bytes) {
        guard note.encoded == bytes else { fatalError("note differs") }
        if let checkpoint = try? Checkpoint(note.text), (try? checkpoint.text) != note.text { fatalError("checkpoint differs") }
    }
    let text = String(decoding: bytes, as: UTF8.self)
    if let key = NoteVerifierKey(text), !key.text.utf8.elementsEqual(text.utf8) { fatalError("key differs") }
    return 0
}

/// Requests to a witness.
func fuzzWitnessRequest(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let request = try? WitnessRequest(bytes), request.encoded != bytes { fatalError("request differs") }
    return 0
}

/// Proofs in files.
func fuzzProofFile(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    if let file = try? InclusionProofFile(bytes), file.encoded != bytes { fatalError("proof file differs") }
    return 0
}
