import SignedDocuments

/// A signature document, the two documents of its hash chain, those of its time-stamp, and the token, with a line `--` between
/// them: the report says something of each record, and never that it passes.
func fuzzRecord(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let parts = divided(Array(UnsafeBufferPointer(start: start, count: count)))
    guard parts.count == 6 else { return 0 }
    let record = SignedRecord(
        message: .content(Array("message".utf8)), attachments: [1: .erased(note: "erased")],
        signature: SignatureData(signature: parts[0], hashChain: HashChainDocuments(result: parts[1], chain: parts[2])),
        timestamp: .batch(
            SignedContainer.Timestamp(token: parts[5], hashChain: HashChainDocuments(result: parts[3], chain: parts[4]))))
    let report = verifier.verify(record)
    guard report.indication != .totalPassed, (try? report.json()) != nil else { fatalError("it passed") }
    return 0
}

private func divided(_ bytes: [UInt8]) -> [[UInt8]] {
    let line = Array("\n--\n".utf8)
    var parts: [[UInt8]] = []
    var begin = 0
    for index in bytes.indices where index >= begin && bytes[index...].starts(with: line) {
        parts.append(Array(bytes[begin..<index]))
        begin = index + line.count
    }
    return parts + [Array(bytes[begin...])]
}
