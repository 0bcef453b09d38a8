import PKI
import SignedDocuments
import TestSupport
import Testing
import XRoadModel

/// Messages that were signed, stamped in one batch, and exported.
@Suite struct TimestampedContainerTests {
    private let instance: TestInstance
    private let authority: Certificate
    private let responder: TimestampResponder
    private let certificate: Certificate
    private let composer: SignatureComposer

    init() throws {
        instance = try TestInstance()
        (authority, responder) = try Self.authority(under: instance)
        let key = try PrivateKey.generate(.p256)
        certificate = try instance.certificate(for: key)
        composer = try SignatureComposer(key: key, certificate: certificate)
    }

    private static func authority(under instance: TestInstance) throws -> (Certificate, TimestampResponder) {
        let key = try PrivateKey.generate(.p256)
        let certificate = try instance.root.issue(
            TestInstance.template([("CN", "TSA")], .timestampAuthority), for: key.publicKey)
        return (certificate, try TimestampResponder(certificate: certificate, key: key, policy: "1.2.3"))
    }

    private func message(_ number: Int) -> [UInt8] {
        Array("GET\n/r1/AL/GOV/1/S/rest\nx-road-client:AL/GOV/1234\nnumber: \(number)\n".utf8)
    }

    private func signed(_ number: Int, ocsp: OCSPResponder.Status = .good) throws -> SignatureData {
        try composer.compose(
            message: DigestAlgorithm.sha512.digest(message(number)), attachments: [], signingTime: signingTime,
            ocspResponse: instance.status(of: certificate, ocsp))
    }

    private func token(over data: [UInt8], at instant: Instant, by responder: TimestampResponder? = nil) throws -> [UInt8] {
        let request = try TimestampRequest(stamping: data)
        let answer = try (responder ?? self.responder).answer(request.der, serialNumber: [1], at: instant)
        return try TimestampResponse(der: answer).granted().der
    }

    private func report(
        _ container: SignedContainer, approved: [Certificate]? = nil, now: Instant = signingTime.adding(seconds: 7200)
    ) throws -> VerificationReport {
        let timestamps = TimestampTrust(authorities: approved ?? [authority], now: now)
        return ContainerVerifier(
            RecordVerifier(trust: RecordTrust(instance.trust(), timestamps: timestamps), sender: TestTrust.sender)
        )
        .verify(try container.encode(recorded: signingTime))
    }

    @Test(arguments: [1, 2, 7]) func batch(_ count: Int) throws {
        let messages = try (0..<count).map { (message($0), try signed($0)) }
        let chain = TimestampHashChain(digests: messages.map { DigestAlgorithm.sha512.digest($0.1.signature) })
        let stamped = signingTime.adding(seconds: 45)
        let token = try token(over: chain.result, at: stamped)
        for (message, signature) in messages {
            let documents = try #require(chain.documents(for: DigestAlgorithm.sha512.digest(signature.signature)))
            let report = try report(
                SignedContainer(message: message, signature: signature, timestamp: .init(token: token, hashChain: documents)))
            #expect(report.indication == .totalPassed, "\(report.text)")
            #expect(report.timestamp?.proof?.time == stamped.description)
            #expect(report.timestamp?.proof?.authority == "CN=TSA")
        }
        #expect(chain.documents(for: DigestAlgorithm.sha512.digest([])) == nil)
    }

    /// Messages of one batch signature share their document, which is stamped once.
    @Test func sharedSignatureDocuments() {
        let digests = (0..<3).map { DigestAlgorithm.sha512.digest([UInt8($0)]) }
        let chain = TimestampHashChain(digests: [digests[0], digests[1], digests[0], digests[2], digests[1]])
        #expect(chain.digests == digests)
        #expect(chain.result == TimestampHashChain(digests: digests).result)
    }

    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: [String]
        let build: @Sendable (TimestampedContainerTests) throws -> VerificationReport
    }

    /// A container of message 0, stamped right but for what is given.
    private func stamped(
        _ signature: SignatureData? = nil, at seconds: Int64 = 45, over data: [UInt8]? = nil,
        by responder: TimestampResponder? = nil, documents: HashChainDocuments? = nil, now: Int64 = 7200,
        change: (inout [UInt8]) -> Void = { _ in }
    ) throws -> VerificationReport {
        let signature = try signature ?? signed(0)
        let digest = DigestAlgorithm.sha512.digest(signature.signature)
        let chain = TimestampHashChain(digests: [digest, DigestAlgorithm.sha512.digest([1])])
        var token = try token(over: data ?? chain.result, at: signingTime.adding(seconds: seconds), by: responder)
        change(&token)
        let hashChain = try documents ?? #require(chain.documents(for: digest))
        return try report(
            SignedContainer(message: message(0), signature: signature, timestamp: .init(token: token, hashChain: hashChain)),
            now: signingTime.adding(seconds: now))
    }

    static let forgeries = [
        Forgery(testDescription: "nothing wrong", expected: []) { try $0.stamped() },
        Forgery(testDescription: "token over another result", expected: ["TOTAL-FAILED HASH_FAILURE malformed_signature"]) {
            try $0.stamped(over: [1])
        },
        Forgery(
            testDescription: "token over the signature value in place of the hash chain",
            expected: ["TOTAL-FAILED HASH_FAILURE malformed_signature"]
        ) { try $0.stamped(over: $0.signed(0).signature) },
        Forgery(
            testDescription: "hash chain of another document", expected: ["TOTAL-FAILED FORMAT_FAILURE malformed_signature"]
        ) {
            let other = TimestampHashChain(digests: [[UInt8](repeating: 0, count: 64)])
            return try $0.stamped(over: other.result, documents: other.documents(for: [UInt8](repeating: 0, count: 64)))
        },
        Forgery(
            testDescription: "authority of the same name that is not approved",
            expected: ["INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND mlog.tsp_certificate_not_found"]
        ) { try $0.stamped(by: authority(under: TestInstance()).1) },
        Forgery(
            testDescription: "before the signature",
            expected: ["INDETERMINATE TIMESTAMP_ORDER_FAILURE mlog.timestamp_signer_verification_failed"]
        ) { try $0.stamped(at: -61) },
        Forgery(
            testDescription: "from the future",
            expected: ["INDETERMINATE POLICY_PROCESSING_ERROR mlog.timestamp_signer_verification_failed"]
        ) { try $0.stamped(now: -16) },
        Forgery(
            testDescription: "altered token",
            expected: ["TOTAL-FAILED SIG_CRYPTO_FAILURE mlog.timestamp_signer_verification_failed"]
        ) { try $0.stamped { token in token[token.count - 1] ^= 1 } },
        Forgery(testDescription: "no token", expected: ["TOTAL-FAILED FORMAT_FAILURE malformed_signature"]) {
            try $0.stamped { token in token = Array("<html></html>".utf8) }
        },
        // The OCSP response was fresh at the claimed time; by the time of the stamp the key may have been anybody's.
        Forgery(
            testDescription: "stamped long after the claimed time",
            expected: ["INDETERMINATE TRY_LATER invalid_cert_path.cert_validation"]
        ) { try $0.stamped(at: 3601) },
    ]

    @Test(arguments: forgeries) func forgedTimestamps(_ forgery: Forgery) throws {
        let report = try forgery.build(self)
        let grave = report.findings.compactMap { finding in
            finding.subIndication.map { "\($0.indication.rawValue) \($0.rawValue) \(finding.code)" }
        }
        #expect(grave == forgery.expected, "\(report.text)")
    }

    /// Without approved authorities the token proves nothing, and the report says so.
    @Test func unverifiedToken() throws {
        let signature = try signed(0)
        let digest = DigestAlgorithm.sha512.digest(signature.signature)
        let chain = TimestampHashChain(digests: [digest])
        let container = SignedContainer(
            message: message(0), signature: signature,
            timestamp: .init(token: [0x30, 0], hashChain: try #require(chain.documents(for: digest))))
        let report = ContainerVerifier(RecordVerifier(trust: RecordTrust(instance.trust()), sender: TestTrust.sender))
            .verify(try container.encode(recorded: signingTime))
        #expect(report.indication == .totalPassed)
        #expect(report.timestamp?.proof == nil)
        #expect(report.text.contains("the time-stamp token is not verified"))
    }
}
