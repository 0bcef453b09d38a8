import PKI
import Testing
import XRoadModel

/// The same keys, certificates, chain verifier and OCSP response, used by several threads at once.
@Suite struct SharingTests {
    @Test(arguments: [PrivateKey.Kind.rsa(bits: 2048), .p256])
    func everythingAtOnce(kind: PrivateKey.Kind) async throws {
        let now = Instant(secondsSince1970: 1_800_000_000)
        func template(_ name: String, _ profile: CertificateProfile) throws -> CertificateTemplate {
            CertificateTemplate(
                subject: try DistinguishedName([("CN", name)]), profile: profile, notBefore: now,
                notAfter: now.adding(seconds: 60))
        }
        let rootKey = try PrivateKey.generate(kind)
        let root = try CertificateIssuer.selfSigned(template("root", .authority(pathLength: 0)), key: rootKey)
        let key = try PrivateKey.generate(kind)
        let leaf = try root.issue(template("leaf", .signing), for: key.publicKey)
        let question = try OCSPRequest.encode(certificate: leaf, issuer: root.certificate)
        let times = OCSPResponder.Times(producedAt: now, thisUpdate: now, nextUpdate: nil)
        let responder = OCSPResponder(authority: root.certificate, certificate: root.certificate, key: rootKey)
        let response = try OCSPResponse(der: responder.answer(question, times: times) { _ in .good })
        let verifier = ChainVerifier(anchors: [root.certificate])
        let algorithm = try #require(SignatureAlgorithm.matching(key: key.publicKey.kind, digest: .sha512))

        let good = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                group.addTask {
                    var good = 0
                    for round in 0..<50 {
                        let message = [UInt8(task), UInt8(round)]
                        let signature = try key.sign(message, algorithm: algorithm)
                        let chain = try verifier.chain(from: .parsed(der: leaf.der), for: .signing, at: now)
                        _ = try OCSPVerifier.verify(
                            response, certificate: leaf, issuer: chain.issuer, at: now, policy: OCSPPolicy(freshnessSeconds: 60))
                        if leaf.publicKey.verifies(signature, of: message, algorithm: algorithm),
                            !leaf.publicKey.verifies(signature, of: message + [0], algorithm: algorithm)
                        {
                            good += 1
                        }
                    }
                    return good
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(good == 400)
    }
}
