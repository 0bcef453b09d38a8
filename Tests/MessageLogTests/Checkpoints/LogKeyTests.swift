import MessageLog
import PKI
import SignedDocuments
import Testing
import XRoadModel

struct LogKeyTests {
    static let owner = MemberIdentifier(instance: "AL", memberClass: "GOV", memberCode: "1234")
    static let server = SecurityServerIdentifier(owner: owner, serverCode: "S1/é%")

    private static func statement(_ keys: TestKeys, at time: Instant = TestKeys.time) -> LogKeyStatement {
        LogKeyStatement(
            server: server, key: keys.log.verifierKey, time: time, expires: time.adding(seconds: 86_400))
    }

    @Test func statementsAreWrittenAsRead() throws {
        let keys = try TestKeys()
        let statement = Self.statement(keys)
        let text = """
            ura-log-key 1
            server=AL/GOV/1234/S1%2f%c3%a9%25
            key=\(keys.log.verifierKey.text)
            time=2026-09-21T14:13:20.000Z
            expires=2026-09-22T14:13:20.000Z

            """
        #expect(String(decoding: statement.encoded, as: UTF8.self) == text)
        #expect(try LogKeyStatement(statement.encoded) == statement)
        #expect(statement.isValid(at: TestKeys.time) && !statement.isValid(at: statement.expires))
        #expect(!statement.isValid(at: TestKeys.time.adding(seconds: -1)))
    }

    @Test(arguments: [
        ("ura-log-key 1", "ura-log-key 2"), ("AL/GOV", "GOV"), ("%2f", "%2F"), ("%2f", "/"), ("%25", "%2"), ("%c3%a9", "é"),
        ("%a9", ""),
        (".000Z", "Z"), ("time=", "date="), ("\nexpires", "\n\nexpires"), ("20.000Z\nexpires", "20.000Z\nx=y\nexpires"),
        ("GOV", "GOV\u{1}"),
    ])
    func otherFormsAreRefused(old: String, new: String) throws {
        let text = String(decoding: Self.statement(try TestKeys()).encoded, as: UTF8.self)
        let changed = text.replacing(old, with: new)
        #expect(!changed.utf8.elementsEqual(text.utf8))
        #expect(throws: MessageLogFailure.self) { try LogKeyStatement(Array(changed.utf8)) }
    }

    /// A log and its owner's key, its authority and the trust in it.
    private struct Owner {
        let issuer: CertificateIssuer
        let responder: OCSPResponder
        let key: PrivateKey
        let certificate: Certificate

        static let from = TestKeys.time.adding(seconds: -86_400)
        static let until = TestKeys.time.adding(seconds: 86_400)

        init(_ member: MemberIdentifier = owner) throws {
            let rootKey = try PrivateKey.generate(.p256)
            issuer = try CertificateIssuer.selfSigned(
                CertificateTemplate(
                    subject: DistinguishedName([("CN", "Root")]), profile: .authority(pathLength: nil), notBefore: Self.from,
                    notAfter: Self.until), key: rootKey)
            responder = OCSPResponder(authority: issuer.certificate, certificate: issuer.certificate, key: rootKey)
            key = try PrivateKey.generate(.p256)
            let subject = try MemberNaming.fiVRK.signingSubject(of: member, name: "Owner", serverCode: "S1", country: "AL")
            certificate = try issuer.issue(
                CertificateTemplate(subject: subject, profile: .signing, notBefore: Self.from, notAfter: Self.until),
                for: key.publicKey)
        }

        func certify(
            _ statement: LogKeyStatement, status: OCSPResponder.Status = .good, statusAt: Instant = TestKeys.time
        ) throws -> CertifiedLogKey {
            let request = try OCSPRequest.encode(certificate: certificate, issuer: issuer.certificate)
            let times = OCSPResponder.Times(producedAt: statusAt, thisUpdate: statusAt, nextUpdate: nil)
            let response = responder.answer(request, times: times) { _ in status }
            let composer = try SignatureComposer(key: key, certificate: certificate)
            let signature = try composer.compose(
                message: composer.digest.digest(statement.encoded), attachments: [], signingTime: statement.time,
                ocspResponse: response)
            return CertifiedLogKey(statement, signature: signature)
        }

        var trust: VerificationTrust {
            VerificationTrust(
                chains: ChainVerifier(anchors: [issuer.certificate]), ocspResponders: [],
                ocspPolicy: OCSPPolicy(freshnessSeconds: 3600),
                member: { certificate, claimed in
                    try? MemberNaming.fiVRK.member(of: certificate.subject, instance: claimed.instance)
                })
        }
    }

    @Test func theOwnersStatementIsCheckedOffline() throws {
        let keys = try TestKeys()
        let owner = try Owner()
        let certified = try owner.certify(Self.statement(keys))
        let read = try CertifiedLogKey(reading: certified.encoded)
        #expect(try read.verified(by: owner.trust) == Self.statement(keys))
        #expect(read.isSigned(by: owner.certificate) && !read.isSigned(by: owner.issuer.certificate))
        #expect(try read.encoded == certified.encoded)
    }

    @Test func nobodyElsesStatementCounts() throws {
        let keys = try TestKeys()
        let owner = try Owner()
        let other = try Owner(MemberIdentifier(instance: "AL", memberClass: "GOV", memberCode: "9"))
        let statement = Self.statement(keys)
        // Of an authority that is not approved; of another member; revoked; with a status of another day.
        #expect(throws: MessageLogFailure.self) { try owner.certify(statement).verified(by: other.trust) }
        #expect(throws: MessageLogFailure.self) { try other.certify(statement).verified(by: other.trust) }
        #expect(throws: MessageLogFailure.self) {
            try owner.certify(statement, status: .revoked(since: TestKeys.time)).verified(by: owner.trust)
        }
        #expect(throws: MessageLogFailure.self) {
            try owner.certify(statement, statusAt: TestKeys.time.adding(seconds: -7200)).verified(by: owner.trust)
        }
        let late = Self.statement(keys, at: Owner.until.adding(seconds: 1))
        #expect(throws: MessageLogFailure.self) { try owner.certify(late).verified(by: owner.trust) }
        // Another key put into the signed statement.
        let signed = try SignedContainer(reading: owner.certify(statement).encoded)
        let forged = SignedContainer(message: Self.statement(try TestKeys()).encoded, signature: signed.signature)
        #expect(throws: MessageLogFailure.self) {
            try CertifiedLogKey(reading: forged.encode(recorded: TestKeys.time)).verified(by: owner.trust)
        }
    }
}
