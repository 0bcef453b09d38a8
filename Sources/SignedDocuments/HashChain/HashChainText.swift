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
        var text: [UInt8] = []
        text.reserveCapacity(512)
        text.append(resultBeginning)
        text += document.utf8
        text.append("#STEP0")
        text.append(resultMiddle)
        text += algorithm.uri.utf8
        text.append("\"/>\n    <DigestValue>")
        text += Base64.encode(digest).utf8
        text.append("</DigestValue>\n</ns2:HashChainResult>\n")
        return text
    }

    /// `hc:HashChain`, steps numbered from 0.
    static func chain(_ steps: [[Value]], _ algorithm: DigestAlgorithm) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(512 + 320 * steps.count)
        text.append(chainBeginning)
        text += algorithm.uri.utf8
        text.append("\"/>\n")
        for (number, values) in steps.enumerated() {
            text.append("    <ns2:HashStep id=\"STEP")
            text += String(number).utf8
            text.append("\">\n")
            for value in values { append(value, to: &text) }
            text.append("    </ns2:HashStep>\n")
        }
        text.append("</ns2:HashChain>\n")
        return text
    }

    private static func append(_ value: Value, to text: inout [UInt8]) {
        switch value {
        case .step(let number):
            text.append("        <ns2:StepRef URI=\"#STEP")
            text += String(number).utf8
            text.append("\"/>\n")
        case .digest(let digest):
            text.append("        <ns2:HashValue>\n            <DigestValue>")
            text += Base64.encode(digest).utf8
            text.append("</DigestValue>\n        </ns2:HashValue>\n")
        case .part(let name, let digest):
            text.append("        <ns2:DataRef URI=\"")
            text += name.utf8
            text.append("\">\n            <DigestValue>")
            text += Base64.encode(digest).utf8
            text.append("</DigestValue>\n        </ns2:DataRef>\n")
        }
    }

    /// Up to the algorithm's URI.
    static let chainBeginning: StaticString = """
        <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
        <ns2:HashChain xmlns="http://www.w3.org/2000/09/xmldsig#" xmlns:ns2="http://cyber.ee/hashchain">
            <ns2:DefaultDigestMethod Algorithm="
        """
    /// Up to the URI of the step.
    static let resultBeginning: StaticString = """
        <?xml version="1.0" encoding="UTF-8" standalone="yes"?>
        <ns2:HashChainResult URI="
        """
    /// From there to the algorithm's URI.
    static let resultMiddle: StaticString = """
        " xmlns="http://www.w3.org/2000/09/xmldsig#" xmlns:ns2="http://cyber.ee/hashchain">
            <DigestMethod Algorithm="
        """
}

extension [UInt8] {
    fileprivate mutating func append(_ text: StaticString) { text.withUTF8Buffer { append(contentsOf: $0) } }
}
