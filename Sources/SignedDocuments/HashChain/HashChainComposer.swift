import PKI

/// The two documents by which one signature covers several parts.
package struct HashChainDocuments: Sendable, Equatable {
    /// What the signature refers to as `/sig-hashchainresult.xml`.
    package let result: [UInt8]
    package let chain: [UInt8]

    package init(result: [UInt8], chain: [UInt8]) {
        self.result = result
        self.chain = chain
    }
}

/// Composes the hash chain of one message with attachments, or of a REST message with a body: a single step with a reference to
/// each part. The bytes are those that X-Road's own marshaller gives.
enum HashChainComposer {
    /// `digests` are of the message and then of its attachments in order, all by `algorithm`.
    static func compose(digests: [[UInt8]], algorithm: DigestAlgorithm) -> HashChainDocuments {
        let step = DigestList.encode(digests.map { (algorithm, $0) })
        let references = digests.enumerated().map { index, digest in
            let name = index == 0 ? PartName.message : PartName.attachment(index)
            return """
                        <ns2:DataRef URI="\(name)">
                            <DigestValue>\(Base64.encode(digest))</DigestValue>
                        </ns2:DataRef>

                """
        }
        let chain = """
            \(declaration)
            <ns2:HashChain \(namespaces)>
                <ns2:DefaultDigestMethod Algorithm="\(algorithm.uri)"/>
                <ns2:HashStep id="STEP0">
            \(references.joined())    </ns2:HashStep>
            </ns2:HashChain>

            """
        let result = """
            \(declaration)
            <ns2:HashChainResult URI="\(PartName.hashChain)#STEP0" \(namespaces)>
                <DigestMethod Algorithm="\(algorithm.uri)"/>
                <DigestValue>\(Base64.encode(algorithm.digest(step)))</DigestValue>
            </ns2:HashChainResult>

            """
        return HashChainDocuments(result: Array(result.utf8), chain: Array(chain.utf8))
    }

    private static let declaration = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#
    private static let namespaces = #"xmlns="\#(XMLNamespace.signature)" xmlns:ns2="\#(XMLNamespace.hashChain)""#
}
