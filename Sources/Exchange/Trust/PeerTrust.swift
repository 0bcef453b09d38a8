import GlobalConfiguration
import PKI
import XRoadModel

/// The other end of a connection, proved to be a security server of the configuration: only `PeerTrust` makes one.
package struct AuthenticatedPeer: Sendable {
    package let server: SecurityServerIdentifier
    package let certificate: Certificate
    fileprivate init(server: SecurityServerIdentifier, certificate: Certificate) {
        self.server = server
        self.certificate = certificate
    }
}

package enum PeerTrustFailure: Error, Sendable, Equatable {
    case noCertificate
    case notRegistered(subject: String)
    case notAnAuthenticationCertificate(subject: String)
    case missingOCSP(subject: String)
    case certificate(PKIFailure)
    case configuration(String)
}

/// Decides who holds the other end of a TLS connection (PR-MESSTRANSP 2.1 steps 7 and 9): registered by its certificate's hash,
/// issued by an approved CA, and good by OCSP at this instant. Verdicts are kept until the first of their grounds expires;
/// failures are never kept.
package final class PeerTrust: Sendable {
    private struct Grounds: Hashable, Sendable {
        let certificate: [UInt8]
        let configuration: ConfigurationHash
        let responses: [[UInt8]]
    }

    private let verdicts: BoundedCache<Grounds, (peer: AuthenticatedPeer, until: Instant)>

    /// `capacity` bounds the memory: one verdict per peer certificate and OCSP response.
    package init(capacity: Int = 4096) { verdicts = BoundedCache(capacity: capacity) }

    package func authenticate(
        _ presented: [[UInt8]], responses: [OCSPResponse], in configuration: ConfigurationSnapshot, at now: Instant
    ) throws(PeerTrustFailure) -> AuthenticatedPeer {
        guard let first = presented.first else { throw .noCertificate }
        let grounds = Grounds(
            certificate: DigestAlgorithm.sha256.digest(first), configuration: configuration.hash,
            responses: responses.map { DigestAlgorithm.sha256.digest($0.der) })
        if let kept = verdicts.value(grounds), now < kept.until { return kept.peer }
        let (peer, until) = try verify(presented, responses, configuration, now)
        verdicts.insert((peer, until), for: grounds)
        return peer
    }

    private func verify(
        _ presented: [[UInt8]], _ responses: [OCSPResponse], _ configuration: ConfigurationSnapshot, _ now: Instant
    ) throws(PeerTrustFailure) -> (AuthenticatedPeer, Instant) {
        do {
            let certificates = try presented.prefix(8).map(Certificate.parsed(der:))
            let leaf = certificates[0]
            guard let server = configuration.server(withAuthenticationCertificate: leaf) else {
                throw PeerTrustFailure.notRegistered(subject: leaf.subject.rfc2253)
            }
            guard leaf.isSuitable(for: .authentication) else {
                throw PeerTrustFailure.notAnAuthenticationCertificate(subject: leaf.subject.rfc2253)
            }
            guard !responses.isEmpty else { throw PeerTrustFailure.missingOCSP(subject: leaf.subject.rfc2253) }
            let authorities = try configuration.authorities(of: server.identifier.owner.instance)
            let chain = try authorities.authentication.chain(from: leaf, supplied: Array(certificates.dropFirst()), at: now)
            let until = try OCSPTrust.verify(
                chain, responses: responses, responders: authorities.approvedResponders, policy: configuration.ocspPolicy, at: now
            )
            return (AuthenticatedPeer(server: server.identifier, certificate: leaf), min(until, configuration.expires))
        } catch let failure as PeerTrustFailure {
            throw failure
        } catch let failure as PKIFailure {
            throw .certificate(failure)
        } catch {
            throw .configuration("\(error)")
        }
    }
}
