import PKI
import TestSupport
import Testing
import XRoadModel

/// Certificates, keys and OCSP responses of X-Road's own tests and traffic.
@Suite struct ReferenceVectorTests {
    /// Certificates in a PKCS#12 file, leaf first.
    private static func certificates(_ path: String) throws -> [Certificate]? {
        guard let url = try Vectors.url("certificates/" + path) else { return nil }
        let result = try runTool("openssl", ["pkcs12", "-legacy", "-in", url.path, "-nokeys", "-passin", "pass:test"])
        #expect(result.status == 0, "\(result.errors)")
        return try Certificate.all(pem: result.text)
    }

    @Test(arguments: ["consumer.p12", "producer.p12", "ocspsigner.p12", "expiredClient.p12"])
    func memberUnderTheRootThatExpiredIn2024(path: String) throws {
        guard let leaf = try Self.certificates(path)?.first, let root = try Self.certificates("root-ca.p12")?.first else {
            return
        }
        let instant = path == "expiredClient.p12" ? "2014-09-30T00:00:00Z" : "2014-10-03T00:00:00Z"
        let at = try #require(Instant(iso8601: instant))
        let verifier = ChainVerifier(anchors: [root], algorithms: .historical)
        if path == "expiredClient.p12" {
            #expect(throws: PKIFailure.expired(certificate: leaf.subject.rfc2253, until: leaf.notAfter, at: at)) {
                try verifier.chain(from: leaf, at: at)
            }
        } else {
            #expect(try verifier.chain(from: leaf, at: at).certificates == [leaf, root])
            #expect(throws: PKIFailure.self) { try ChainVerifier(anchors: [root]).chain(from: leaf, at: at) }
        }
    }

    /// Captured traffic: the sign certificate's chain, naming and status at the second of the exchange.
    @Test(arguments: 1...4, ["request", "response"])
    func capturedSignature(connection: Int, direction: String) throws {
        let path = "transport-messages/captured/conn\(connection)-\(direction).bin"
        guard let bytes = try Vectors.bytes(path),
            let configuration = try Vectors.bytes("transport-messages/captured/globalconf/DEV/shared-params.xml")
        else { return }
        let message = CapturedText(http: bytes)
        let trusted = CapturedText(plain: configuration).base64Values(of: "cert")
        let root = try Certificate(der: #require(trusted.first))
        let responder = try Certificate(der: trusted[1])
        let leaf = try Certificate(der: #require(message.base64Values(of: "ds:X509Certificate").first))
        let response = try OCSPResponse(der: #require(message.base64Values(of: "xades:EncapsulatedOCSPValue").first))
        let at = try #require(Instant(iso8601: "2026-11-23T13:24:44Z"))

        let chain = try ChainVerifier(anchors: [root]).chain(from: leaf, for: .signing, at: at)
        #expect(chain.issuer.subject.rfc2253 == "CN=Test CA,O=Test")
        #expect(leaf.keyUsage == [.nonRepudiation])
        let verified = try OCSPVerifier.verify(
            response, certificate: leaf, issuer: chain.issuer, responders: [responder], at: at,
            policy: OCSPPolicy(freshnessSeconds: 3600))
        #expect(verified.responder.subject.rfc2253 == "CN=Test OCSP,O=Test")
    }
}
