import Exchange
import GlobalConfiguration
import KeyVault
import Logging
import Networking
import PKI
import ServiceLifecycle
import SignedDocuments
import Synchronization
import XRoadModel

/// This server's own keys and certificates, and their OCSP responses, which it asks from the responders of their authorities and
/// sends along with every message (PR-MESSTRANSP 2.2). A response is used only while peers will accept it.
final class OwnCertificates: Service, OwnCredentials {
    struct Signing: Sendable {
        let member: MemberIdentifier
        let certificate: Certificate
        let queue: SigningQueue
    }

    let authentication: TLSIdentity
    private let authenticationCertificate: Certificate
    private let signing: [MemberIdentifier: Signing]
    private let http: OutboundHTTP
    private let configuration: ConfigurationRefresh
    private let environment: SystemEnvironment
    private let refreshSeconds: Atomic<Int>
    private let pause = Pause()
    private let log: Logger
    private let responses = Mutex<[Certificate: Held]>([:])

    private struct Held {
        let response: OCSPResponse
        let validUntil: Instant
    }

    init(
        authentication: TLSIdentity, authenticationCertificate: Certificate, signing: [Signing], http: OutboundHTTP,
        configuration: ConfigurationRefresh, environment: SystemEnvironment, refreshSeconds: Int, log: Logger
    ) {
        self.authentication = authentication
        self.authenticationCertificate = authenticationCertificate
        self.signing = Dictionary(signing.map { ($0.member, $0) }, uniquingKeysWith: { $1 })
        self.http = http
        self.configuration = configuration
        self.environment = environment
        self.refreshSeconds = Atomic(refreshSeconds)
        self.log = log
    }

    func authenticationOCSP() throws(OwnServerFailure) -> [OCSPResponse] { [try current(authenticationCertificate)] }

    func signer(for member: MemberIdentifier) throws(OwnServerFailure) -> MessageSigner {
        guard let signing = signing[member] else { throw .noSigningKey(member) }
        return MessageSigner(signing: signing.queue, ocspResponse: try current(signing.certificate))
    }

    /// Of the key that the member signs with here; nil where it has none.
    func signingCertificate(of member: MemberIdentifier) -> Certificate? { signing[member]?.certificate }

    /// For the relay: the response of whichever own certificate has this hash.
    func response(withHash hash: [UInt8], _ algorithm: DigestAlgorithm) -> OCSPResponse? {
        certificates.first { $0.digest(algorithm) == hash }.flatMap { try? current($0) }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                let complete = await self.refresh()
                let seconds = self.refreshSeconds.load(ordering: .relaxed)
                let wait = complete ? seconds : min(seconds, 5)
                do { try await self.pause.wait(milliseconds: Int64(wait) * 1000) } catch { return }
            }
        }
    }

    /// From now on, with one refresh at once where that is a change.
    func refresh(everySeconds seconds: Int) {
        if refreshSeconds.exchange(seconds, ordering: .relaxed) != seconds { pause.end() }
    }

    /// Asks for every certificate once; false where one has no acceptable response.
    func refresh() async -> Bool {
        var complete = true
        for certificate in certificates {
            do { try await refresh(certificate) } catch {
                complete = false
                log.error(
                    "OCSP response cannot be had",
                    metadata: ["certificate": "\(certificate.subject.rfc2253)", "reason": "\(error)"])
            }
        }
        return complete
    }

    private var certificates: [Certificate] { [authenticationCertificate] + signing.values.map(\.certificate) }

    private func current(_ certificate: Certificate) throws(OwnServerFailure) -> OCSPResponse {
        guard let held = responses.withLock({ $0[certificate] }) else {
            throw .noCurrentOCSP(certificate: certificate.subject.rfc2253, reason: "the responder gave none since start")
        }
        let now = environment.now()
        guard now < held.validUntil else {
            throw .noCurrentOCSP(
                certificate: certificate.subject.rfc2253, reason: "the last one was good until \(held.validUntil)")
        }
        return held.response
    }

    private func refresh(_ certificate: Certificate) async throws {
        let now = environment.now()
        let snapshot = try configuration.current(at: now)
        let instance = snapshot.instance
        let authorities = try snapshot.authorities(of: instance)
        let chain = try authorities.authentication.chain(from: certificate, at: now)
        let services = authorities.responders(for: chain.issuer)
        let urls = services.map(\.url) + certificate.ocspURLs
        guard !urls.isEmpty else { throw OwnServerFailure.noCurrentOCSP(certificate: "", reason: "no responder is configured") }
        let request = try OCSPRequest.encode(certificate: certificate, issuer: chain.issuer)
        var failure: any Error = OwnServerFailure.noCurrentOCSP(certificate: "", reason: "no responder answered")
        for url in urls {
            do {
                let response = try OCSPResponse(der: try await post(request, to: url))
                let verified = try OCSPVerifier.verify(
                    response, certificate: certificate, issuer: chain.issuer, responders: services.compactMap(\.certificate),
                    at: now,
                    policy: OCSPPolicy(freshnessSeconds: snapshot.ocspFreshnessSeconds))
                responses.withLock { $0[certificate] = Held(response: response, validUntil: verified.validUntil) }
                return
            } catch { failure = error }
        }
        throw failure
    }

    private func post(_ request: [UInt8], to url: String) async throws -> [UInt8] {
        var limits = OutboundLimits()
        limits.connectMilliseconds = 5_000
        limits.totalMilliseconds = 15_000
        limits.responseBytes = OCSPResponse.maximumBytes
        let response = try await http.request(
            OutboundRequest(
                .post, url, headers: [OutboundField("Content-Type", "application/ocsp-request")], body: .bytes(request),
                limits: limits))
        guard response.status == 200 else {
            throw OwnServerFailure.noCurrentOCSP(certificate: "", reason: "\(url) answered with HTTP status \(response.status)")
        }
        return try await response.collect()
    }
}
