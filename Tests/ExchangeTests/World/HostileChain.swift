import MessageCodecs
import PKI
import SignedDocuments
import Testing

/// Hash chains that prove nothing of the message they come with, although a good signature covers their results.
struct HostileChain: Sendable {
    let what: String
    /// What the receiver answers, behind `malformed_signature.`
    let code: String
    /// From the message's own parts.
    let make: @Sendable (_ parts: [[UInt8]]) -> HashChainDocuments

    /// As requests to the provider's server, and as answers to the consumer's.
    static var requests: [HostileRequest] {
        all.map { hostile in
            HostileRequest("hash chain: \(hostile.what)", "malformed_signature." + hostile.code) { world in
                var message = try world.forgedRequest()
                try message.signAnew(hostile.make([message[.requestHead], message[.body]]), by: world.instance.consumer)
                return message
            }
        }
    }

    static var answers: [HostileAnswer] {
        all.map { hostile in
            HostileAnswer("hash chain: \(hostile.what)", "malformed_signature." + hostile.code) { world, request in
                var message = try world.forgedAnswer(to: request)
                try message.signAnew(hostile.make([message[.answerHead], message[.body]]), by: world.instance.provider)
                return ScriptedAnswer(message)
            }
        }
    }

    static let all: [HostileChain] = [
        HostileChain("of another message of the batch", "invalid_hash_chain") { parts in
            BatchHashChain(.messages, inputs: [digests(parts), digests(["other", "its body"])], algorithm: .sha512)
                .documents(at: 1)
        },
        HostileChain("of this message in another batch", "invalid_hash_chain") { parts in
            let batches = ["other", "another"].map { other in
                BatchHashChain(.messages, inputs: [digests(parts), digests([other])], algorithm: .sha512)
            }
            return HashChainDocuments(result: batches[0].result, chain: batches[1].chain(at: 0))
        },
        HostileChain("whose result is of something else", "invalid_hash_chain") {
            documents([step(0, $0.indices.map(part($0)))], result: DigestAlgorithm.sha512.digest("else".utf8))
        },
        HostileChain("without the body", "hashchain_unused_inputs") { parts in
            BatchHashChain(
                .messages, inputs: [[DigestAlgorithm.sha512.digest(parts[0])], digests(["other"])], algorithm: .sha512
            ).documents(at: 0)
        },
        HostileChain("with a part that did not come", "invalid_reference") { parts in
            BatchHashChain(.messages, inputs: [digests(parts + ["more".bytes]), digests(["other"])], algorithm: .sha512)
                .documents(at: 0)
        },
        HostileChain("by an algorithm that the body was not digested with", "invalid_reference") { parts in
            BatchHashChain(.messages, inputs: [parts.map { DigestAlgorithm.sha384.digest($0) }], algorithm: .sha384)
                .documents(at: 0)
        },
        HostileChain("by SHA-1", "malformed_hash_chain") { parts in
            BatchHashChain(.messages, inputs: [parts.map { DigestAlgorithm.sha1.digest($0) }], algorithm: .sha1).documents(at: 0)
        },
        HostileChain("with a part twice", "malformed_hash_chain") {
            documents([step(0, $0.indices.map(part($0)) + [part($0)(0)])])
        },
        HostileChain("with a step that refers to itself", "malformed_hash_chain") {
            documents([step(0, [reference("#STEP0")] + $0.indices.map(part($0)))])
        },
        HostileChain("with a cycle", "malformed_hash_chain") {
            documents([step(0, [reference("#STEP1")] + $0.indices.map(part($0))), step(1, [reference("#STEP0")])])
        },
        HostileChain("with a step that is reached twice", "malformed_hash_chain") {
            documents([step(0, [reference("#STEP1"), reference("#STEP1")]), step(1, $0.indices.map(part($0)))])
        },
        HostileChain("with a step that nothing leads to", "malformed_hash_chain") {
            documents([step(0, $0.indices.map(part($0))), step(1, [])])
        },
        HostileChain("with a step of another document", "invalid_reference") {
            documents([step(0, [reference("/other.xml#STEP0")] + $0.indices.map(part($0)))])
        },
        HostileChain("whose result leads to another document", "invalid_reference") {
            documents([step(0, $0.indices.map(part($0)))], uri: "/other.xml#STEP0")
        },
        HostileChain("whose result leads to no step", "malformed_hash_chain") {
            documents([step(0, $0.indices.map(part($0)))], uri: "/sig-hashchain.xml")
        },
        HostileChain("of 257 steps", "malformed_hash_chain") { long(257, $0) },
        // As many as the bytes of a part allow.
        HostileChain("of 12,000 steps", "malformed_hash_chain") { long(12_000, $0) },
        HostileChain("with 16,000 values in a step", "malformed_hash_chain") {
            documents([step(0, $0.indices.map(part($0)) + Array(repeating: reference("#STEP1"), count: 16_000))])
        },
    ]

    private init(_ what: String, _ code: String, _ make: @escaping @Sendable ([[UInt8]]) -> HashChainDocuments) {
        self.what = what
        self.code = code
        self.make = make
    }

    private static func digests(_ parts: [[UInt8]]) -> [[UInt8]] { parts.map { DigestAlgorithm.sha512.digest($0) } }
    private static func digests(_ parts: [String]) -> [[UInt8]] { digests(parts.map(\.bytes)) }
}

/// Hash chains written by hand, in a form that is not ours.
extension HostileChain {
    /// A good chain of so many steps.
    static func long(_ count: Int, _ parts: [[UInt8]]) -> HashChainDocuments {
        let last = step(count - 1, parts.indices.map(part(parts)))
        return documents((0..<count - 1).map { step($0, [reference("#STEP\($0 + 1)")]) } + [last])
    }

    fileprivate static func documents(
        _ steps: [String], result: [UInt8] = DigestAlgorithm.sha512.digest([]), uri: String = "/sig-hashchain.xml#STEP0"
    ) -> HashChainDocuments {
        let method = "Algorithm=\"\(DigestAlgorithm.sha512.uri)\"/>"
        let chain = "<h:HashChain \(namespaces)><h:DefaultDigestMethod \(method)\(steps.joined())</h:HashChain>"
        let text =
            "<h:HashChainResult URI=\"\(uri)\" \(namespaces)><DigestMethod \(method)"
            + "<DigestValue>\(Base64.encode(result))</DigestValue></h:HashChainResult>"
        return HashChainDocuments(result: text.bytes, chain: chain.bytes)
    }

    private static let namespaces = #"xmlns="http://www.w3.org/2000/09/xmldsig#" xmlns:h="http://cyber.ee/hashchain""#

    fileprivate static func step(_ number: Int, _ values: [String]) -> String {
        "<h:HashStep id=\"STEP\(number)\">\(values.joined())</h:HashStep>"
    }

    fileprivate static func reference(_ uri: String) -> String { "<h:StepRef URI=\"\(uri)\"/>" }

    /// Of the message and its attachments, by their numbers.
    fileprivate static func part(_ parts: [[UInt8]]) -> (Int) -> String {
        { number in
            let name = number == 0 ? "/message.xml" : "/attachment\(number)"
            let digest = Base64.encode(DigestAlgorithm.sha512.digest(parts[number]))
            return "<h:DataRef URI=\"\(name)\"><DigestValue>\(digest)</DigestValue></h:DataRef>"
        }
    }
}
