import PKI
import TestSupport
import Testing

@testable import SignedDocuments

/// Hash chains are read in X-Road's own form without an XML parser: never otherwise than as XML.
@Suite struct HashChainTextTests {
    static func documents(_ count: Int) -> [HashChainDocuments] {
        let inputs = (0..<count).map { number in
            (0...number % 3).map { DigestAlgorithm.sha512.digest("part \($0) of \(number)".utf8) }
        }
        let batch = BatchHashChain(.messages, inputs: inputs, algorithm: .sha512)
        return inputs.indices.map { batch.documents(at: $0) }
    }

    @Test(arguments: [1, 2, 5, 64]) func ourOwnForm(_ count: Int) throws {
        for documents in Self.documents(count) {
            let chain = try #require(HashChainTextReader.chain(documents.chain))
            #expect(try chain == HashChainDocument(xml: documents.chain))
            let result = try #require(HashChainTextReader.result(documents.result))
            #expect(try result == HashChainResult(xml: documents.result))
        }
    }

    /// What X-Road itself wrote; its form of 2014 is read as XML.
    @Test(arguments: [("conn3-request", true), ("conn4-request", true)]) func captured(_ name: String, isToday: Bool) throws {
        guard let captured = try CapturedMessage(name), let chain = captured.hashChain, let result = captured.hashChainResult
        else { return }
        #expect((HashChainTextReader.chain(chain) != nil) == isToday)
        #expect((HashChainTextReader.result(result) != nil) == isToday)
        #expect(try HashChainDocument(parsing: chain) == HashChainDocument(xml: chain))
        #expect(try HashChainResult(parsing: result) == HashChainResult(xml: result))
    }

    @Test(arguments: ["hash-chain-1", "hash-chain-2"]) func vectors(_ name: String) throws {
        guard let chain = try Vectors.bytes("xades-signatures/\(name).xml") else { return }
        #expect(try HashChainDocument(parsing: chain) == HashChainDocument(xml: chain))
    }

    /// Small changes at random: whatever still reads as X-Road's form reads the same as XML, and both refuse or accept alike.
    @Test func changedBytes() throws {
        var random = SystemRandomNumberGenerator()
        let originals = Self.documents(4)
        let marks = Array("<>\"'/&#;=: \n\r\t0Az+\0\u{e9}".utf8)
        var read = 0
        for _ in 0..<4000 {
            var chain = try #require(originals.randomElement(using: &random)).chain
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<chain.count, using: &random)
                let mark = try #require(marks.randomElement(using: &random))
                switch Int.random(in: 0..<4, using: &random) {
                case 0: chain[place] = mark
                case 1: chain.remove(at: place)
                case 2: chain.insert(mark, at: place)
                default: chain.removeSubrange(Int.random(in: 0...place, using: &random)..<place)
                }
            }
            let asXML = try? HashChainDocument(xml: chain)
            if let asText = HashChainTextReader.chain(chain) {
                read += 1
                #expect(asText == asXML, "\(chain.text)")
            }
            #expect((try? HashChainDocument(parsing: chain)) == asXML)
        }
        #expect(read > 30)
    }
}
