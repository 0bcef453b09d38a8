import MessageCodecs
import Testing
import XRoadModel

@Suite struct TransportHeadTests {
    @Test func readsInAnyCaseAndLeavesOtherFields() throws {
        let head = try TransportHead(request: [
            ("Host", "h"), ("X-Hash-Algorithm", "SHA-256"), ("X-ROAD-MESSAGE-TYPE", "REST"), ("x-original-content-type", ""),
            ("Host", "h"),
        ])
        #expect(head == TransportHead(kind: .rest, digest: .sha256, originalContentType: nil))
    }

    @Test(arguments: [
        ([], FaultCode.internalError), ([("x-hash-algorithm", "SHA-1")], .unsupportedAlgorithm),
        ([("x-hash-algorithm", "MD5")], .unsupportedAlgorithm), ([("x-hash-algorithm", "")], .unsupportedAlgorithm),
        ([("x-hash-algorithm", "SHA-512"), ("X-Hash-Algorithm", "SHA-512")], .invalidMessage),
        ([("x-hash-algorithm", "SHA-512"), ("x-road-request-id", "a\r\nb: c")], .invalidMessage),
        ([("x-hash-algorithm", "SHA-512"), ("x-road-request-id", String(repeating: "x", count: 1025))], .invalidMessage),
    ])
    func refuses(fields: [(String, String)], fault: FaultCode) {
        let named = fields.map { (name: $0.0, value: $0.1) }
        #expect(failure { _ = try TransportHead(request: named) }?.faultCode == fault)
        #expect(failure { _ = try TransportHead(response: named, kind: .soap) }?.faultCode == fault)
    }
}
