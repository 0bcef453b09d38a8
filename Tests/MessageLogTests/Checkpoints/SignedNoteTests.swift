import MessageLog
import PKI
import Testing

struct SignedNoteTests {
    /// The example of C2SP signed-note: key and note.
    static let exampleKey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    static let example = """
        This is an example message.

        — example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=

        """

    @Test func theSpecificationsExampleVerifies() throws {
        let key = try #require(NoteVerifierKey(Self.exampleKey))
        #expect(key.text == Self.exampleKey)
        #expect(key.kind == .note && key.name.text == "example.com/foo" && key.identifier == 0x530d_903a)
        let note = try SignedNote(Array(Self.example.utf8))
        #expect(note.text.lines == ["This is an example message."])
        #expect(try note.verified(by: [key]).map(\.key) == [key])
        #expect(note.encoded == Array(Self.example.utf8))
    }

    @Test func anyChangedBitMakesTheNoteWorthless() throws {
        let key = try #require(NoteVerifierKey(Self.exampleKey))
        let right = Array(Self.example.utf8)
        for place in right.indices {
            for bit in 0..<8 {
                var forged = right
                forged[place] ^= 1 << UInt8(bit)
                #expect(throws: MessageLogFailure.self) { try SignedNote(forged).verified(by: [key]) }
            }
        }
    }

    @Test func oursVerifiesWithOpenSSL() throws {
        let keys = try TestKeys()
        let text = try NoteText(Array("sola\n\nsul cuor della terra è\n".utf8))
        let line = try keys.log.sign(text, at: TestKeys.time)
        #expect(try opensslVerifies(line.bytes, of: text.bytes, key: keys.log.verifierKey.publicKey))
        let cosigned = try keys.witness.sign(text, at: TestKeys.time)
        #expect(cosigned.bytes.count == 72)
        #expect(
            try opensslVerifies(
                Array(cosigned.bytes.dropFirst(8)), of: Array("cosignature/v1\ntime 1790000000\n".utf8) + text.bytes,
                key: keys.witness.verifierKey.publicKey))
        let note = try SignedNote(SignedNote(text: text, signatures: [line, cosigned]).encoded)
        let verified = try note.verified(by: [keys.log.verifierKey, keys.witness.verifierKey])
        #expect(verified.map(\.secondsSince1970) == [nil, 1_790_000_000])
    }

    @Test func linesOfUnknownKeysArePassedOver() throws {
        let (known, unknown) = (try TestKeys(), try TestKeys())
        let text = try NoteText(Array("text\n".utf8))
        let note = SignedNote(
            text: text,
            signatures: [try unknown.log.sign(text, at: TestKeys.time), try known.log.sign(text, at: TestKeys.time)])
        #expect(try note.verified(by: [known.log.verifierKey]).count == 1)
        #expect(throws: MessageLogFailure.noteUnsigned(keys: ["witness.example/w1"])) {
            try note.verified(by: [known.witness.verifierKey])
        }
        #expect(throws: MessageLogFailure.noteUnsigned(keys: [])) { try note.verified(by: []) }
    }

    @Test func aKnownKeysWrongLineIsNotPassedOver() throws {
        let keys = try TestKeys()
        let text = try NoteText(Array("text\n".utf8))
        let other = try keys.log.sign(try NoteText(Array("other\n".utf8)), at: TestKeys.time)
        let cosigned = try keys.witness.sign(text, at: TestKeys.time)
        let note = SignedNote(text: text, signatures: [cosigned, other])
        #expect(throws: MessageLogFailure.noteSignatureInvalid(key: "log.example/1")) {
            try note.verified(by: [keys.log.verifierKey, keys.witness.verifierKey])
        }
    }

    /// A cosignature is not a signature of the text and the other way round, and its time is signed.
    @Test func cosignaturesAreOfTheirOwnKind() throws {
        let key = try Ed25519PrivateKey.generate()
        let name = try #require(NoteName("witness.example/w1"))
        let plain = NoteSigner(name: name, kind: .note, key: key)
        let witness = NoteSigner(name: name, kind: .cosignature, key: key)
        #expect(plain.verifierKey.identifier != witness.verifierKey.identifier)
        let text = try NoteText(Array("text\n".utf8))
        let cosigned = try witness.sign(text, at: TestKeys.time)
        for forged in [
            try plain.sign(text, at: TestKeys.time).bytes, Array(cosigned.bytes.dropFirst(8)),
            [0, 0, 0, 0, 0, 0, 0, 0] + cosigned.bytes.dropFirst(8), cosigned.bytes + [0],
            [cosigned.bytes[0] ^ 1] + cosigned.bytes.dropFirst(), [0xff] + cosigned.bytes.dropFirst(),
        ] {
            let line = NoteSignature(name: name, keyIdentifier: witness.verifierKey.identifier, bytes: forged)
            #expect(throws: MessageLogFailure.noteSignatureInvalid(key: name.text)) {
                try SignedNote(text: text, signatures: [line]).verified(by: [witness.verifierKey])
            }
        }
    }

    static let line =
        "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="

    @Test(arguments: [
        "", "\n", "\n\n", "text", "text\n", "text\n\n", "text\n\n\n", "text\n\(line)\n", "text\n\n\(line)", "text\n\n\(line)\n\n",
        "text\r\n\n\(line)\n", "te\u{1}xt\n\n\(line)\n", "te\txt\n\n\(line)\n", "text\n\n\(line.dropFirst())\n",
        "text\n\n-\(line.dropFirst())\n", "text\n\n\(line) \n", "text\n\n— example.com/foo\n", "text\n\n— example.com/foo \n",
        "text\n\n—  Uw2QOkk=\n", "text\n\n— a+b Uw2QOkk=\n", "text\n\n— a\u{a0}b Uw2QOkk=\n", "text\n\n— a\u{2003}b Uw2QOkk=\n",
        "text\n\n— name Uw2QOg==\n", "text\n\n— name Uw2QOkk\n", "text\n\n— name Uw2QOkl=\n", "text\n\n— name Uw2Q Okk=\n",
        "text\n\n— name \u{301}Uw2QOkk=\n", "text\n\n—\u{301} name Uw2QOkk=\n",
    ])
    func malformedNotesAreRefused(_ text: String) {
        #expect(throws: MessageLogFailure.self) { try SignedNote(Array(text.utf8)) }
    }

    /// The text has empty lines itself; a name may be of any script.
    @Test(arguments: ["\n\n\n— ж Uw2QOkk=\n", "a\n\nb\n\n\n— name Uw2QOkk=\n— name Uw2QOkk=\n"])
    func oddNotesAreRead(_ text: String) throws {
        #expect(try SignedNote(Array(text.utf8)).encoded == Array(text.utf8))
    }

    @Test func invalidUTF8IsRefused() {
        #expect(throws: MessageLogFailure.self) {
            try SignedNote(Array("text".utf8) + [0xff] + Array("\n\n— name Uw2QOkk=\n".utf8))
        }
        #expect(throws: MessageLogFailure.self) {
            try SignedNote(Array("text\n\n— na".utf8) + [0xc3] + Array("me Uw2QOkk=\n".utf8))
        }
    }

    @Test func limitsHold() throws {
        let lines = { (count: Int) in Array("text\n\n".utf8) + Array(String(repeating: "— name Uw2QOkk=\n", count: count).utf8) }
        #expect(try SignedNote(lines(64)).signatures.count == 64)
        #expect(throws: MessageLogFailure.malformedNote(reason: "65 signatures, limit 64")) { try SignedNote(lines(65)) }
        let long = [UInt8](repeating: 0x61, count: SignedNote.maximumBytes) + lines(1)
        #expect(throws: MessageLogFailure.malformedNote(reason: "\(long.count) bytes, limit 262144")) { try SignedNote(long) }
        #expect(NoteName(String(repeating: "a", count: 513)) == nil)
    }

    /// Two names that look the same and that `String` takes for equal are two names.
    @Test func namesAreComparedByTheirBytes() throws {
        let composed = try #require(NoteName("log.example/\u{e9}"))
        let decomposed = try #require(NoteName("log.example/e\u{301}"))
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed]).count == 2)
    }

    @Test(arguments: [
        "", "+", "name", "name+530d903a", "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530D903A+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/fooo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        "example.com/foo+530d903a+AukyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "example.com/foo+530d903a+Aeky",
        "example.com/foo+530d903a+", " \(exampleKey)", "\(exampleKey)\n",
    ])
    func malformedKeysAreRefused(_ text: String) { #expect(NoteVerifierKey(text) == nil) }
}
