/// What a signature or hash chain covers of the parts given, with everything that is wrong about it.
struct Coverage {
    var parts: [CoveredPart] = []
    var failures: [SignedDocumentFailure] = []
    /// Whether a hash chain leads to other messages too, which the same signature covers.
    var isOfBatch = false

    /// The parts, where nothing is wrong.
    func checked() throws(SignedDocumentFailure) -> [CoveredPart] {
        if let failure = failures.first { throw failure }
        return parts
    }
}
