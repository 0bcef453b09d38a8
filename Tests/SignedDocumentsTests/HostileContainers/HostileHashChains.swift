import PKI
import SignedDocuments
import Testing

/// Hash chains; what they are by themselves is tested in `HashChainTests`.
extension HostileContainerTests {
    private static func chained(
        _ exchange: SignedExchange, result: String? = nil, attachments: [Int: [UInt8]]? = nil,
        _ change: (String) -> String = { $0 }
    ) throws -> [UInt8] {
        let chain = try #require(exchange.data.hashChain)
        let documents = HashChainDocuments(
            result: result.map { Array($0.utf8) } ?? chain.result, chain: Array(change(chain.chain.text).utf8))
        return try exchange.container(
            SignatureData(signature: exchange.data.signature, hashChain: documents),
            attachments: attachments ?? [1: exchange.body])
    }

    static let reference = "malformed_signature.invalid_hash_chain_ref"

    static let hashChains: [Hostile] = [
        Hostile("nothing wrong") { try chained($0) },
        Hostile("an attachment that it does not cover", "TOTAL-FAILED FORMAT_FAILURE malformed_signature.hashchain_unused_inputs")
        {
            try chained($0, attachments: [1: $0.body, 2: [1]])
        },
        Hostile("another attachment", "TOTAL-FAILED HASH_FAILURE \(reference)") { try chained($0, attachments: [1: [1]]) },
        Hostile(
            "another digest in it", "TOTAL-FAILED HASH_FAILURE \(reference)",
            "TOTAL-FAILED HASH_FAILURE malformed_signature.invalid_hash_chain"
        ) { exchange in
            let digest = Base64.encode(DigestAlgorithm.sha512.digest(exchange.body))
            return try chained(exchange) { $0.replacingOccurrences(of: digest, with: String(repeating: "A", count: 86) + "==") }
        },
        Hostile(
            "another message's chain", "TOTAL-FAILED HASH_FAILURE \(reference)", "TOTAL-FAILED HASH_FAILURE \(reference)",
            "TOTAL-FAILED HASH_FAILURE malformed_signature.invalid_hash_chain"
        ) { exchange in
            let other = try #require(SignedExample(message: "other", attachments: ["x"]).data.hashChain)
            return try chained(exchange) { _ in other.chain.text }
        },
        Hostile(
            "a digest by another algorithm", "TOTAL-FAILED HASH_FAILURE \(reference)", "TOTAL-FAILED HASH_FAILURE \(reference)",
            "TOTAL-FAILED HASH_FAILURE malformed_signature.invalid_hash_chain"
        ) {
            try chained($0) { $0.replacingOccurrences(of: "xmlenc#sha512", with: "xmlenc#sha256") }
        },
        Hostile("a step that leads to itself", chain) {
            try chained($0) {
                $0.replacingOccurrences(
                    of: "<ns2:DataRef URI=\"/message.xml\">",
                    with: "<ns2:StepRef URI=\"#STEP0\"/><ns2:DataRef URI=\"/message.xml\">")
            }
        },
        Hostile("a hundred thousand steps", chain) {
            try chained($0) { _ in
                "<h:HashChain xmlns:h=\"http://cyber.ee/hashchain\">"
                    + (0..<100_000).map { "<h:HashStep id=\"S\($0)\"/>" }.joined()
                    + "</h:HashChain>"
            }
        },
        Hostile("another result", digest) { exchange in
            let result = try #require(exchange.data.hashChain).result.text
            return try chained(exchange, result: result.replacingOccurrences(of: "standalone=\"yes\"", with: "standalone=\"no\""))
        },
        Hostile("no chain at all", missing) {
            try $0.container(SignatureData(signature: $0.data.signature), attachments: [1: $0.body])
        },
        Hostile("a chain beside a signature over the message itself", format) { exchange in
            let data = SignatureData(signature: try exchange.signed().signature, hashChain: exchange.data.hashChain)
            return try exchange.container(data)
        },
    ]
}
