import SignedDocuments
import TestSupport
import Testing

/// What no single rule of the profile is about; those are in `Profile`.
@Suite struct HostileSignatureTests {
    /// The forger's tools alone change nothing.
    @Test func forgeryWithoutAChange() throws {
        var forgery = try Forgery()
        try forgery.sign()
        #expect(forgery.refusal() == nil)
    }

    @Test func hugeAndDeepDocuments() {
        let deep = String(repeating: "<a>", count: 100_000)
        let wide = "<a>" + String(repeating: "<b Id=\"x\"/>", count: 200_000) + "</a>"
        for hostile in [deep, wide, "", "<", "\u{0}"] {
            let elapsed = ContinuousClock().measure {
                let data = SignatureData(signature: Array(hostile.utf8))
                #expect(outcome { _ = try SignatureVerifier.verify(data, parts: PartDigests(message: [])) } == "invalid_xml")
            }
            #expect(elapsed < .seconds(2))
        }
    }
}
