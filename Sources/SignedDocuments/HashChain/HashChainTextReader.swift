import PKI

/// Reads hash chain documents in the one form that X-Road's marshaller writes today, and `HashChainText` with it. Every message of a
/// batch brings a chain of its own, so this is read often, and as XML it costs more than all digests in it.
///
/// Nil for any other form, good or not: the reader of XML decides then. Whatever is read here has the same meaning as XML.
struct HashChainTextReader {
    private let bytes: [UInt8]
    private var position = 0

    static func chain(_ bytes: [UInt8]) -> HashChainDocument? {
        var reader = HashChainTextReader(bytes: bytes)
        return try? reader.chain()
    }

    static func result(_ bytes: [UInt8]) -> HashChainResult? {
        var reader = HashChainTextReader(bytes: bytes)
        return try? reader.result()
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private mutating func chain() throws(SignedDocumentFailure) -> HashChainDocument {
        try take(HashChainText.chainBeginning)
        let algorithm = try digestAlgorithm()
        try take("/>\n")
        var document = HashChainDocument()
        while took("    <ns2:HashStep id=\"") {
            try document.beginStep(attribute())
            try take(">\n")
            repeat {
                try document.append(HashStepValue(source: value(), algorithm: algorithm))
            } while !took("    </ns2:HashStep>\n")
        }
        try take("</ns2:HashChain>\n")
        try requireEnd()
        return document
    }

    private mutating func value() throws(SignedDocumentFailure) -> HashStepValue.Source {
        if took("        <ns2:StepRef URI=\"") {
            let reference = try HashStepReference(uri: attribute())
            try take("/>\n")
            return .step(reference)
        }
        if took("        <ns2:HashValue>\n            ") {
            let digest = try digestValue()
            try take("        </ns2:HashValue>\n")
            return .digest(digest)
        }
        try take("        <ns2:DataRef URI=\"")
        let name = try attribute()
        try take(">\n            ")
        let digest = try digestValue()
        try take("        </ns2:DataRef>\n")
        return .part(name: name, digest: digest, canonicalization: nil)
    }

    private mutating func result() throws(SignedDocumentFailure) -> HashChainResult {
        try take(HashChainText.resultBeginning)
        let uri = try text { $0.isPlain }
        try take(HashChainText.resultMiddle)
        let algorithm = try digestAlgorithm()
        try take("/>\n    ")
        let digest = try digestValue()
        try take("</ns2:HashChainResult>\n")
        try requireEnd()
        return try HashChainResult(uri: uri, algorithm: algorithm, digest: digest)
    }
}

/// The pieces
extension HashChainTextReader {
    private static let otherForm = SignedDocumentFailure.malformedHashChain("not in the form of X-Road's marshaller")

    private mutating func took(_ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        guard bytes.count - position >= count else { return false }
        let start = position
        guard text.withUTF8Buffer({ text in (0..<count).allSatisfy { bytes[start + $0] == text[$0] } }) else { return false }
        position += count
        return true
    }

    private mutating func take(_ text: StaticString) throws(SignedDocumentFailure) {
        guard took(text) else { throw Self.otherForm }
    }

    private func requireEnd() throws(SignedDocumentFailure) {
        guard position == bytes.count else { throw Self.otherForm }
    }

    /// An attribute's value and the quotation mark behind it.
    private mutating func attribute() throws(SignedDocumentFailure) -> String {
        let value = try text { $0.isPlain }
        try take("\"")
        return value
    }

    private mutating func digestAlgorithm() throws(SignedDocumentFailure) -> DigestAlgorithm {
        guard let algorithm = DigestAlgorithm(uri: try attribute()), algorithm.isAcceptable else { throw Self.otherForm }
        return algorithm
    }

    private mutating func digestValue() throws(SignedDocumentFailure) -> [UInt8] {
        try take("<DigestValue>")
        guard let digest = Base64.decode(try text { $0.isBase64 }), (1...64).contains(digest.count) else { throw Self.otherForm }
        try take("</DigestValue>\n")
        return digest
    }

    private mutating func text(where belongs: (UInt8) -> Bool) throws(SignedDocumentFailure) -> String {
        let start = position
        while position < bytes.count, belongs(bytes[position]) { position += 1 }
        guard position > start else { throw Self.otherForm }
        return String(decoding: bytes[start..<position], as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isAlphanumeric: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    fileprivate var isBase64: Bool {
        isAlphanumeric || self == UInt8(ascii: "+") || self == UInt8(ascii: "/") || self == UInt8(ascii: "=")
    }

    /// Of ids, names and URIs that need no escape and no normalization.
    fileprivate var isPlain: Bool {
        switch self {
        case UInt8(ascii: "#"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "_"):
            true
        default: isAlphanumeric
        }
    }
}
