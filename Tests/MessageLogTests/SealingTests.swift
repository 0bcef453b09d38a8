import MessageLog
import PKI
import SignedDocuments
import Testing
import XRoadModel

/// Leaves and sealed records by themselves.
@Suite struct SealingTests {
    private func key(_ number: Int64 = 7) -> RecordKey { RecordKey(number: number, opened: .random(32)) }

    private func text(_ leaf: [UInt8]) -> String { String(decoding: leaf, as: UTF8.self) }

    @Test func leafOfAMessage() throws {
        let entry = LogEntry(
            time: Instant(millisecondsSince1970: 1_790_000_000_123), side: .provider, direction: .request, kind: .rest,
            requestIdentifier: "line\r\nbreak", messageIdentifier: "50 %",
            client: ClientIdentifier(member: MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "a/b%")),
            service: ServiceIdentifier(
                provider: ClientIdentifier(member: MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "MIA")),
                serviceCode: "permits", serviceVersion: "v1"))
        let leaf = MessageLeaf(
            entry: entry, owner: entry.service.provider.member, byteCount: 9, bodyLogging: .digestOnly,
            signatureOnErasure: .destroy, configurationHash: [0xab, 0x01], decision: "access-right XK/GOV/a", content: [1],
            attachments: [[2], [3]], commitment: [4], signature: [5], evidence: nil)
        #expect(
            text(leaf.text(number: 42)) == """
                ura-log-leaf 1 message
                number=42
                time=1790000000123
                side=provider
                direction=request
                kind=rest
                request-id=line%0D%0Abreak
                message-id=50 %25
                client=XK/GOV/a%2Fb%25
                service=XK/GOV/MIA//permits/v1
                owner=XK/GOV/MIA
                bytes=9
                body-logging=digest-only
                signature-on-erasure=destroy
                configuration=ab01
                decision=access-right XK/GOV/a
                content=01
                attachment=02
                attachment=03
                commitment=04
                signature=05
                evidence=

                """)
    }

    @Test func leafOfAnEvent() {
        let event = LogEvent(
            kind: "erasure", statement: ["records": "3-17,20", "case": "A \"1\"\n\\ %", "Z": "ë"],
            time: Instant(millisecondsSince1970: 5))
        #expect(
            text(event.leaf(number: 3)) == """
                ura-log-leaf 1 event
                number=3
                time=5
                statement={"Z":"ë","case":"A \\"1\\"\\u000a\\\\ %25","event":"erasure","records":"3-17,20"}

                """)
    }

    @Test(arguments: [
        ("0123abcd-1", 1 as Int64?), ("0123abcd-9223372036854775807", .max), ("0123abcd-0", nil), ("0123abcd-01", nil),
        ("0123abcd--1", nil), ("0123abcd-+1", nil), ("0123abce-1", nil), ("0123abcd-1-1", nil), ("0123abcd", nil),
        ("0123abcd-9223372036854775808", nil), ("0123abcd-١", nil),
    ])
    func numbersInNames(_ name: String, _ number: Int64?) {
        #expect(RecordIdentifier.number(in: name, ofLog: "0123abcd") == number)
        if let number { #expect(RecordIdentifier(log: "0123abcd", number: number).name == name) }
    }

    @Test func partsOpenOnlyInTheirPlaceAndWithTheirKey() throws {
        let own = key()
        let seal = RecordSeal(key: own)
        let sealed = try seal.seal([1, 2, 3], counter: 2)
        #expect(try seal.open(sealed, counter: 2) == [1, 2, 3])
        #expect(try seal.open(sealed, counter: 3) == nil)
        #expect(try RecordSeal(key: key()).open(sealed, counter: 2) == nil)
        #expect(try seal.open([], counter: 2) == nil)
    }

    @Test func commitmentTellsPartsApart() throws {
        let own = key()
        let seal = RecordSeal(key: own)
        let digest = [UInt8](repeating: 1, count: 64)
        let commitments = try [
            seal.commitment(message: [], attachmentDigests: [digest]), seal.commitment(message: digest, attachmentDigests: []),
            seal.commitment(message: [], attachmentDigests: []),
            RecordSeal(key: key()).commitment(message: [], attachmentDigests: []),
        ]
        #expect(Set(commitments).count == 4)
        #expect(try seal.commitment(message: [], attachmentDigests: []) == commitments[2])
    }

    @Test func keysAreWrappedForTheirNumberAndMember() throws {
        let member = MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "MIA")
        let other = MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "GAM")
        let memberKey = MemberKey.make(number: 3, member: member)
        let own = key()
        let wrapped = try memberKey.wrap(own)
        #expect(wrapped.count == MemberKey.wrappedLength)
        let opened = try #require(try memberKey.unwrap(wrapped, number: own.number))
        #expect(opened.withBytes { Array($0) } == own.withBytes { Array($0) })
        #expect(try memberKey.unwrap(wrapped, number: own.number + 1) == nil)
        #expect(try MemberKey.make(number: 3, member: member).unwrap(wrapped, number: own.number) == nil)

        let cost = try #require(PassphraseCost(iterations: 2, blockSize: 1, parallelism: 1))
        let passphrase = try PassphraseKey(passphrase: SecretBytes([1]), salt: [1], cost: cost)
        let wrong = try PassphraseKey(passphrase: SecretBytes([2]), salt: [1], cost: cost)
        let sealed = try memberKey.sealed(under: passphrase)
        #expect(try MemberKey(sealed: sealed, number: 3, member: member, under: passphrase) != nil)
        #expect(try MemberKey(sealed: sealed, number: 4, member: member, under: passphrase) == nil)
        #expect(try MemberKey(sealed: sealed, number: 3, member: other, under: passphrase) == nil)
        #expect(try MemberKey(sealed: sealed, number: 3, member: member, under: wrong) == nil)
        let check = try passphrase.makeCheck()
        #expect(try passphrase.fits(check))
        #expect(try !wrong.fits(check))
    }

    @Test(arguments: [LogPolicy.SignatureOnErasure.keep, .destroy], [true, false])
    func evidenceComesBack(_ signatureOnErasure: LogPolicy.SignatureOnErasure, _ hasHashChain: Bool) throws {
        let data = SignatureData(
            signature: [1, 2], hashChain: hasHashChain ? HashChainDocuments(result: [], chain: [5]) : nil)
        let policy = LogPolicy(signatureOnErasure: signatureOnErasure)
        guard let bytes = Evidence.encode(data, policy: policy) else {
            #expect(signatureOnErasure == .keep && !hasHashChain)
            return
        }
        let evidence = try #require(Evidence.decode(bytes))
        #expect(evidence.signature == (signatureOnErasure == .destroy ? [1, 2] : nil))
        #expect(evidence.hashChain == data.hashChain)
        for cut in 1..<bytes.count where cut != 6 && cut != 4 && cut != 9 {
            #expect(Evidence.decode(Array(bytes[..<cut])) == nil)
        }
        #expect(Evidence.decode([]) == nil)
        #expect(Evidence.decode([UInt8](repeating: 0, count: 16)) == nil)
        #expect(Evidence.decode([0xff, 0xff, 0xff, 0xff, 0]) == nil)
    }
}
