import SignedDocuments
import XRoadModel

/// Judges nobody: what is asked here is whether everything else ends, and how.
let verifier = RecordVerifier(
    trust: RecordTrust(timestamps: TimestampTrust(authorities: [], now: Instant(secondsSince1970: 1_800_000_000))) { _ in nil },
    sender: { _ in nil })

/// An archive: verified to a report that does not pass, and where it is read as a container, written and read again as the same.
func fuzzContainer(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    var limits = ContainerLimits()
    limits.maximumContentBytes = 4 << 20
    let report = ContainerVerifier(verifier, limits: limits).verify(bytes)
    guard report.indication != .totalPassed, (try? report.json()) != nil, !report.text.isEmpty else { fatalError("it passed") }
    guard let container = try? SignedContainer(reading: bytes, limits: limits) else { return 0 }
    do {
        let written = try container.encode(recorded: Instant(secondsSince1970: 1_800_000_000))
        guard try SignedContainer(reading: written) == container else { fatalError("another container") }
    } catch { fatalError("\(error)") }
    return 0
}

/// A signature document over a fixed message: the report names a failure wherever the live exchange has one.
func fuzzSignature(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let data = SignatureData(signature: Array(UnsafeBufferPointer(start: start, count: count)))
    let message: [UInt8] = Array("message".utf8)
    let report = verifier.verify(SignedRecord(message: .content(message), signature: data))
    guard report.indication != .totalPassed else { fatalError("it passed") }
    do throws(SignedDocumentFailure) {
        _ = try SignatureVerifier.verify(data, parts: PartDigests(message: message))
    } catch {
        // The same rules: what stops a live exchange stands in the report.
        let texts = report.findings.map(\.text)
        guard texts.contains("\(error)") else { fatalError("\(error) is not among \(texts)") }
    }
    return 0
}

/// A hash chain result and a hash chain, with a zero byte between them.
func fuzzHashChain(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    let parts = bytes.split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false).map(Array.init)
    guard parts.count == 2 else { return 0 }
    _ = try? HashChainVerifier.verify(
        result: parts[0], chains: [PartName.hashChain: parts[1]], parts: PartDigests(message: Array("message".utf8)))
    return 0
}
