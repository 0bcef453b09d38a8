import MessageLog
import PKI
import Testing

struct CheckpointTests {
    /// The example of C2SP tlog-checkpoint.
    static let example = """
        example.com/behind-the-sofa
        20852163
        CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

        — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

        """

    @Test func theSpecificationsExampleIsRead() throws {
        let signed = try SignedCheckpoint(Array(Self.example.utf8))
        #expect(signed.checkpoint.origin.text == "example.com/behind-the-sofa")
        #expect(signed.checkpoint.size == 20_852_163)
        #expect(signed.checkpoint.root.description == "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62")
        #expect(try signed.checkpoint.text == signed.note.text)
        #expect(signed.note.encoded == Array(Self.example.utf8))
    }

    @Test func oursIsReadBackAndVerifies() throws {
        let keys = try TestKeys()
        let signed = try keys.checkpoint(42)
        let read = try SignedCheckpoint(signed.note.encoded)
        #expect(read == signed)
        #expect(try read.note.verified(by: [keys.log.verifierKey]).count == 1)
    }

    private static let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="

    @Test(arguments: [
        "log\n1\n", "log\n1\n\n", "\n1\n\(root)\n", "log\n\n\(root)\n", "log\n01\n\(root)\n", "log\n+1\n\(root)\n",
        "log\n-1\n\(root)\n",
        "log\n1 \n\(root)\n", "log\n9223372036854775808\n\(root)\n", "log\n\u{661}\n\(root)\n", "log\n1\n\(root)\n\n",
        "log\n1\n\(root)\nx\n\n", "lo g\n1\n\(root)\n", "log\n1\n\(root.dropLast())\n", "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj4=\n",
        "log\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n",
    ])
    func malformedCheckpointsAreRefused(_ text: String) throws {
        let text = try NoteText(Array(text.utf8))
        #expect(throws: MessageLogFailure.self) { try Checkpoint(text) }
    }

    @Test(arguments: ["log\n0\n\(root)\n", "log\n9223372036854775807\n\(root)\n", "log\n7\n\(root)\nmore\nlines \n"])
    func checkpointsAreWrittenAsRead(_ text: String) throws {
        let text = try NoteText(Array(text.utf8))
        #expect(try Checkpoint(text).text == text)
    }

    /// The body in C2SP tlog-witness's example.
    @Test func aWitnessesRequestIsWrittenAsRead() throws {
        let body = """
            old 20852014
            PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
            jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
            5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
            /6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

            example.com/behind-the-sofa
            20852163
            CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

            — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
            — example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw6QUXTS5Rovnzv++qbSzm9Q=

            """
        let request = try WitnessRequest(Array(body.utf8))
        #expect(request.oldSize == 20_852_014 && request.proof.count == 4)
        #expect(request.checkpoint.note.signatures.count == 2)
        #expect(request.encoded == Array(body.utf8))
    }

    @Test(arguments: [
        "", "\n", "\n\n\(example)", "old\n\n\(example)", "old \n\n\(example)", "old 01\n\n\(example)", "new 1\n\n\(example)",
        "old 1\n\(example)",
        "old 1\nx\n\n\(example)", "old 1\n\(root)\n\n\n\(example)", "old 1\n\n", "old 1\r\n\n\(example)", "old 1 \n\n\(example)",
        "old 1\n" + String(repeating: root + "\n", count: 64) + "\n\(example)",
    ])
    func malformedRequestsAreRefused(_ text: String) {
        #expect(throws: MessageLogFailure.self) { try WitnessRequest(Array(text.utf8)) }
    }

    @Test func aProofFileHoldsAllThatIsNeeded() throws {
        let keys = try TestKeys()
        let tree = MerkleTreeTests.grown
        let proofs = TreeProofs(tree)
        let leaf = Array("leaf 321".utf8)
        let file = InclusionProofFile(
            extra: leaf, index: 321, proof: try proofs.inclusion(of: 321, in: 1000),
            checkpoint: try keys.checkpoint(1000, root: try proofs.root(of: 1000)))
        let read = try InclusionProofFile(file.encoded)
        #expect(read == file)
        let extra = try #require(read.extra)
        #expect(read.includes(MerkleTree.leafHash(extra)))
        #expect(!read.includes(MerkleTree.leafHash(Array("leaf 322".utf8))))
        #expect(
            String(decoding: file.encoded, as: UTF8.self).hasPrefix("c2sp.org/tlog-proof@v1\nextra bGVhZiAzMjE=\nindex 321\n"))
    }

    private static let heading = "c2sp.org/tlog-proof@v1\n"

    @Test(arguments: [
        "", heading, "\(heading)\n\(example)", "c2sp.org/tlog-proof@v2\nindex 1\n\n\(example)",
        "\(heading)index 01\n\n\(example)",
        "\(heading)extra x\nindex 1\n\n\(example)", "\(heading)extra \(root)\n\n\(example)",
        "\(heading)index 1\nindex 1\n\n\(example)",
        "\(heading)index 1\n" + String(repeating: root + "\n", count: 65) + "\n\(example)",
    ])
    func malformedProofFilesAreRefused(_ text: String) {
        #expect(throws: MessageLogFailure.self) { try InclusionProofFile(Array(text.utf8)) }
    }
}
