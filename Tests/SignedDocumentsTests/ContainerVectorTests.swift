import PKI
import SignedDocuments
import TestSupport
import Testing

/// X-Road's own containers, by `asic/expected.tsv`.
@Suite struct ContainerVectorTests {
    struct Expected: Sendable, CustomTestStringConvertible {
        let name: String
        let outcome: String
        var code: String?
        var testDescription: String { name }
    }

    /// `valid-signed-message` is of 2014: its signature holds, but its OCSP response is dated a day ahead of the signature.
    static let table = [
        Expected(name: "valid-non-batch-rest", outcome: "TOTAL-PASSED"),
        Expected(name: "valid-non-batch-soap-attachments", outcome: "TOTAL-PASSED"),
        Expected(name: "valid-signed-hashchain", outcome: "TOTAL-PASSED"),
        Expected(name: "valid-batch-ts", outcome: "TOTAL-PASSED"),
        Expected(name: "valid-signed-message-with-attachments", outcome: "TOTAL-PASSED"),
        Expected(name: "invalid-not-signed-hashchain", outcome: "TOTAL-FAILED", code: "malformed_signature"),
        Expected(name: "valid-signed-message", outcome: "INDETERMINATE", code: "cannot_create_cert_path"),
        Expected(name: "wrong-message", outcome: "TOTAL-FAILED", code: "invalid_signature_value"),
        Expected(name: "invalid-digest", outcome: "TOTAL-FAILED", code: "invalid_signature_value"),
        Expected(name: "invalid-signed-hashchain", outcome: "TOTAL-FAILED", code: "malformed_signature.invalid_hash_chain_ref"),
        Expected(
            name: "invalid-hashchain-modified-message", outcome: "TOTAL-FAILED",
            code: "malformed_signature.hashchain_unused_inputs"),
        Expected(name: "invalid-incorrect-references", outcome: "TOTAL-FAILED", code: "malformed_signature"),
        Expected(name: "invalid-ts-hashchainresult", outcome: "TOTAL-FAILED", code: "malformed_signature"),
        Expected(name: "attachments", outcome: "TOTAL-FAILED", code: "asic_message_not_found"),
        Expected(name: "no-signature", outcome: "TOTAL-FAILED", code: "asic_signature_not_found"),
        Expected(name: "no-mimetype", outcome: "TOTAL-FAILED", code: "asic_mime_type_not_found"),
        Expected(name: "no-message", outcome: "TOTAL-FAILED", code: "asic_message_not_found"),
        Expected(name: "not-asic", outcome: "TOTAL-FAILED", code: "invalid_container"),
    ]

    @Test(arguments: table) func outcomes(_ expected: Expected) throws {
        guard let trust = try TestTrust.read(TestTrust.configuration), let report = try report(expected.name, trust) else {
            return
        }
        #expect(report.indication.rawValue == expected.outcome, "\(report.text)")
        if let code = expected.code { #expect(report.findings.contains { $0.code == code }, "\(report.text)") }
        #expect(!report.findings.contains { $0.code == "second_opinion" })
    }

    @Test func valuesOfTheReport() throws {
        guard let trust = try TestTrust.read(TestTrust.configuration), let report = try report("valid-non-batch-rest", trust)
        else {
            return
        }
        #expect(report.signer?.subject == "2.5.4.5=#130b4445562f5353302f434f4d,CN=1234,O=Test member,C=FI")
        #expect(report.member == "DEV/COM/1234")
        #expect(report.signingTime == "2024-07-11T12:50:37.000Z")
        #expect(report.ocsp?.producedAt == "2024-07-11T12:48:18.000Z")
        #expect(report.signatureAlgorithm == "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512")
        #expect(report.parts.map(\.name) == ["/message.xml", "/attachment1"])
        #expect(report.parts.allSatisfy { $0.coverage == .signed && $0.digestAlgorithm == "SHA-512" })
        #expect(report.timestamp?.covers == .signatureDocument)
        let json = try report.json().text
        #expect(json.contains(#""indication":"TOTAL-PASSED""#) && json.contains(#""size":84"#))
        #expect(report.text.hasPrefix("TOTAL-PASSED\n  Signer: "))
    }

    @Test func signatureOf2014() throws {
        let path = "globalconf/globalconf_good_v2/bar/shared-params.xml"
        guard let trust = try TestTrust.read(path, .historical), let timestamps = try TestTrust.timestamps(path, .historical),
            let report = try report("valid-signed-message", trust, timestamps)
        else { return }
        let grave = report.findings.filter { $0.subIndication != nil }
        #expect(grave.map(\.subIndication) == [.tryLater], "\(report.text)")
        #expect(report.parts.map(\.coverage) == [.signed])
    }

    @Test func everyFindingIsReported() throws {
        guard let bytes = try Vectors.bytes("asic/wrong-message.asice") else { return }
        let container = try SignedContainer(reading: bytes)
        let more = SignedContainer(message: container.message, attachments: [1: [1], 3: [3]], signature: container.signature)
        let verifier = ContainerVerifier(RecordVerifier(trust: RecordTrust(TestTrust.trust([], [])), sender: { _ in nil }))
        let report = verifier.verify(try more.encode(recorded: signingTime))
        #expect(
            Set(report.findings.compactMap(\.subIndication)) == [
                .formatFailure, .hashFailure, .signatureConstraints, .noCertificateChain,
            ], "\(report.text)")
        #expect(report.indication == .totalFailed)
        #expect(report.parts.count == 3 && report.parts.allSatisfy { $0.coverage == .notVerified })
    }

    /// The two forms of X-Road's time-stamps, with the time that each proves.
    @Test(arguments: [
        ("valid-batch-ts", "the signature document, through a hash chain", "2024-12-05T07:34:14.000Z"),
        ("valid-non-batch-rest", "the signature document, through a hash chain", "2024-07-11T12:51:12.000Z"),
        ("valid-non-batch-soap-attachments", "the signature document, through a hash chain", "2024-12-03T13:45:33.000Z"),
        ("valid-signed-hashchain", "the signature value", "2024-12-05T12:37:50.000Z"),
        ("valid-signed-message-with-attachments", "the signature value", "2024-11-27T04:14:03.000Z"),
    ])
    func timestamps(_ name: String, covers: String, time: String) throws {
        guard let trust = try TestTrust.read(TestTrust.configuration), let report = try report(name, trust) else { return }
        #expect(report.timestamp?.covers.rawValue == covers)
        #expect(report.timestamp?.proof?.time == time)
        #expect(report.timestamp?.proof?.authority == "CN=Test TSA,O=Test")
        #expect(!report.text.contains("what the signer claims"))
    }

    /// By default in the configuration of the newer containers.
    private func report(
        _ name: String, _ trust: VerificationTrust, _ timestamps: TimestampTrust? = nil
    ) throws -> VerificationReport? {
        let timestamps = try timestamps ?? TestTrust.timestamps(TestTrust.configuration)
        return try Vectors.bytes("asic/\(name).asice").map {
            ContainerVerifier(RecordVerifier(trust: RecordTrust(trust, timestamps: timestamps), sender: TestTrust.sender)).verify(
                $0)
        }
    }
}
