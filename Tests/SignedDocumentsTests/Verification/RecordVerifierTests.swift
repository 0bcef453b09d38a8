import PKI
import SignedDocuments
import Synchronization
import TestSupport
import Testing
import XRoadModel

@Suite struct RecordVerifierTests {
    let exchange: SignedExchange

    init() throws { exchange = try SignedExchange() }

    @Test func completeRecord() {
        let report = exchange.report(on: exchange.record)
        #expect(report.indication == .totalPassed, "\(report.text)")
        #expect(report.parts.map(\.coverage) == [.signedThroughHashChain, .signedThroughHashChain])
        #expect(report.member == "AL/GOV/1234")
        #expect(report.judgedAt == signingTime.description && report.judgedBy == .claimedSigningTime)
        #expect(report.ocsp?.thisUpdate == "2026-11-23T13:24:44.000Z")
        #expect(report.ocsp?.responder == "CN=Responder")
        #expect(report.findings.map(\.text) == ["no time-stamp: the time of signing is what the signer claims"])
    }

    /// A body too large for memory is digested while it is read.
    @Test func digestedElsewhere() {
        var record = exchange.record
        record.attachments[1] = .digested([.sha512: DigestAlgorithm.sha512.digest(exchange.body)], byteCount: 7)
        #expect(exchange.report(on: record).indication == .totalPassed)
        #expect(exchange.report(on: record).parts.map(\.size) == [exchange.message.count, 7])
        record.attachments[1] = .digested([.sha512: DigestAlgorithm.sha512.digest([1])], byteCount: 7)
        #expect(exchange.report(on: record).grave == ["TOTAL-FAILED HASH_FAILURE malformed_signature.invalid_hash_chain_ref"])
    }

    /// Of a body that was not kept the digest still shows that it was the signed one.
    @Test func digestOnly() {
        var record = exchange.record
        record.attachments[1] = .digestOnly([.sha512: DigestAlgorithm.sha512.digest(exchange.body)])
        let kept = exchange.report(on: record)
        #expect(kept.indication == .totalPassed, "\(kept.text)")
        #expect(kept.parts.map(\.coverage) == [.signedThroughHashChain, .absent])
        #expect(kept.findings.first?.text == "/attachment1 was not kept, but its digest, which is the signed one")

        record.attachments[1] = .digestOnly([.sha512: DigestAlgorithm.sha512.digest([1])])
        let other = exchange.report(on: record)
        #expect(other.grave == ["TOTAL-FAILED HASH_FAILURE invalid_signature_value"])
        #expect(other.parts.map(\.coverage) == [.signedThroughHashChain, .notVerified])

        record.attachments[1] = .digestOnly([.sha256: DigestAlgorithm.sha256.digest(exchange.body)])
        let unknown = exchange.report(on: record)
        #expect(unknown.indication == .totalPassed)
        #expect(unknown.findings.first?.text == "/attachment1 was not kept, nor its digest by SHA-512")
    }

    /// What was erased on purpose leaves a signature that can no longer be compared with it, and the caller's words for why.
    @Test func erasedParts() throws {
        var record = exchange.record
        record.message = .erased(note: "erased on 2027-01-01, case 12")
        record.attachments[1] = .erased(note: "erased on 2027-01-01, case 12")
        let nameless = exchange.report(on: record)
        #expect(nameless.grave == Array(repeating: "INDETERMINATE SIGNED_DATA_NOT_FOUND erased", count: 2), "\(nameless.text)")
        #expect(nameless.parts.map(\.coverage) == [.erased, .erased])
        #expect(nameless.findings.first?.text == "/message.xml: erased on 2027-01-01, case 12")
        #expect(nameless.member == nil && nameless.ocsp != nil)

        record.sender = exchange.instance.member
        #expect(exchange.report(on: record).member == "AL/GOV/1234")
        #expect(exchange.report(on: record).grave == nameless.grave)
        record.sender = MemberIdentifier(instance: "AL", memberClass: "COM", memberCode: "1234")
        #expect(exchange.report(on: record).grave.contains("INDETERMINATE SIG_CONSTRAINTS_FAILURE incorrect_certificate"))

        record = exchange.record
        record.attachments[2] = .erased(note: "never signed")
        #expect(exchange.report(on: record).grave == ["TOTAL-FAILED FORMAT_FAILURE malformed_signature"])

        let nothing = VerificationReport.ofNothingLeft(note: "erased with its signature")
        #expect(nothing.indication == .indeterminate && nothing.subIndication == .signedDataNotFound)
    }

    /// By what to judge is asked for the record's own time.
    @Test func trustOfItsTime() throws {
        let asked = Mutex<[Instant]>([])
        let trust = exchange.instance.trust()
        let verifier = RecordVerifier(
            trust: { time in
                asked.withLock { $0.append(time) }
                let configuration = VerificationReport.Configuration(
                    instance: "AL", hash: "00", validUntil: signingTime, trust: .anchor)
                return RecordTrust(configuration: configuration) { $0 == "AL" ? trust : nil }
            }, sender: TestTrust.sender)
        let report = verifier.verify(exchange.record)
        #expect(report.indication == .totalPassed)
        #expect(report.configuration?.trust == .anchor)
        #expect(asked.withLock { $0 } == [signingTime])
        let foreign = RecordVerifier(trust: RecordTrust { _ in nil }, sender: TestTrust.sender).verify(exchange.record)
        #expect(foreign.grave == ["INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND cannot_create_cert_path"])
        #expect(foreign.findings.last?.text.contains("the global configuration has no instance AL") == true)
    }

    /// Rules that do not rest on one another are all heard.
    @Test func everyRule() throws {
        var forgery = try Forgery()
        try forgery.replaceInInformation("REC-xml-c14n-20010315", with: "REC-xml-c14n-20010315#WithComments")
        try forgery.replace("<ds:KeyInfo>", with: "<!-- --><ds:KeyInfo>")
        try forgery.replace(#"Id="ocsp-response-1""#, with: #"Id="signature""#)
        try forgery.replace("RevocationValues", with: "OtherValues")
        let report = exchange.report(on: SignedRecord(message: .content(forgery.example.message), signature: forgery.data))
        let texts = report.findings.map(\.text)
        let expected = [
            "malformed signature: a comment, CDATA section or processing instruction",
            "malformed signature: an id that is not unique or not spelt Id",
            "malformed signature: CanonicalizationMethod is not one of the two allowed canonicalizations",
            "malformed signature: not one to 16 OCSP responses",
        ]
        #expect(texts == expected)
        #expect(report.parts.map(\.coverage) == [.notVerified])
    }

    /// A document that breaks a rule proves nothing, although its value holds.
    @Test func provedByTheProfileAlone() throws {
        var forgery = try Forgery()
        try forgery.replace(#"Id="ocsp-response-1""#, with: #"Id="signature-value""#)
        let report = exchange.report(on: SignedRecord(message: .content(forgery.example.message), signature: forgery.data))
        #expect(report.grave.first == "TOTAL-FAILED FORMAT_FAILURE malformed_signature")
        #expect(!report.grave.contains { $0.contains("SIG_CRYPTO_FAILURE") })
        #expect(report.parts.map(\.coverage) == [.notVerified])
    }

    /// Names that turn the direction of writing or move the cursor are shown, not obeyed.
    @Test func textForTerminals() throws {
        var report = VerificationReport.ofNothingLeft(note: "a\u{202e}b\u{1b}[2Jc\nd é")
        report.subject = "x"
        #expect(report.text.hasSuffix("erased: a\\u{202e}b\\u{1b}[2Jc\\u{a}d é\n"))
    }
}
