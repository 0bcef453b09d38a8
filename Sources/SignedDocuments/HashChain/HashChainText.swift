import PKI

/// Hash chain documents as X-Road's marshaller writes them. Whoever signs or stamps a result digests these bytes.
enum HashChainText {
    /// One value of a step.
    enum Value {
        case digest([UInt8])
        case step(number: Int)
        case part(_ name: String, _ digest: [UInt8])
    }

    /// `hc:HashChainResult`: the digest of the first step of the chain in the document of this name.
    static func result(of digest: [UInt8], in document: String, _ algorithm: DigestAlgorithm) -> [UInt8] {
        Array(
            """
            \(declaration)
            <ns2:HashChainResult URI="\(document)#STEP0" \(namespaces)>
                <DigestMethod Algorithm="\(algorithm.uri)"/>
                <DigestValue>\(Base64.encode(digest))</DigestValue>
            </ns2:HashChainResult>

            """.utf8)
    }

    /// `hc:HashChain`, steps numbered from 0.
    static func chain(_ steps: [[Value]], _ algorithm: DigestAlgorithm) -> [UInt8] {
        let elements = steps.enumerated().map { number, values in
            """
                <ns2:HashStep id="STEP\(number)">
            \(values.map(text).joined())    </ns2:HashStep>

            """
        }
        return Array(
            """
            \(declaration)
            <ns2:HashChain \(namespaces)>
                <ns2:DefaultDigestMethod Algorithm="\(algorithm.uri)"/>
            \(elements.joined())</ns2:HashChain>

            """.utf8)
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .step(let number): "        <ns2:StepRef URI=\"#STEP\(number)\"/>\n"
        case .digest(let digest): element("HashValue", "", digest)
        case .part(let name, let digest): element("DataRef", #" URI="\#(name)""#, digest)
        }
    }

    private static func element(_ name: String, _ attributes: String, _ digest: [UInt8]) -> String {
        """
                <ns2:\(name)\(attributes)>
                    <DigestValue>\(Base64.encode(digest))</DigestValue>
                </ns2:\(name)>

        """
    }

    private static let declaration = #"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#
    private static let namespaces = #"xmlns="\#(XMLNamespace.signature)" xmlns:ns2="\#(XMLNamespace.hashChain)""#
}
