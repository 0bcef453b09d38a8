import AccessPolicy
import GlobalConfiguration
import Logging
import MessageCodecs
import MessageLog
import PKI
import SignedDocuments
import XRoadModel

/// One security server as both exchanges see it: who it is, what it was told, and the ports through which it reaches the world.
package struct OwnSecurityServer: Sendable {
    let identifier: SecurityServerIdentifier
    var rules: ExchangeRules
    let environment: any ExchangeEnvironment
    let configuration: any ConfigurationProviding
    let credentials: any OwnCredentials
    let peers: any PeerConnecting
    let ocsp: PeerOCSP
    let peerTrust: PeerTrust
    let signerTrust: SignerTrust
    let batchSignatures: BatchSignatures
    let spooling: any BodySpooling
    let journal: any Journal
    var caller: any ServiceCalling
    let log: Logger

    /// What this server signs and hashes with; peers may use another and say so in `x-hash-algorithm`.
    let hashAlgorithm = DigestAlgorithm.sha512

    package init(
        identifier: SecurityServerIdentifier, rules: ExchangeRules, environment: any ExchangeEnvironment,
        configuration: any ConfigurationProviding, credentials: any OwnCredentials, peers: any PeerConnecting,
        relay: any OCSPFetching, spooling: any BodySpooling,
        journal: any Journal, caller: any ServiceCalling, log: Logger
    ) {
        self.identifier = identifier
        self.rules = rules
        self.environment = environment
        self.configuration = configuration
        self.credentials = credentials
        self.peers = peers
        self.ocsp = PeerOCSP(relay: relay)
        self.peerTrust = PeerTrust()
        self.signerTrust = SignerTrust()
        self.batchSignatures = BatchSignatures()
        self.spooling = spooling
        self.journal = journal
        self.caller = caller
        self.log = log
    }

    /// Of this program.
    package static let version = "0.1.0"

    /// `x-proxy-version`: peers compare it as a semantic version with the oldest X-Road version they take, so it leads with the
    /// version whose protocols are spoken here.
    static let protocolVersion = "7.8.0+ura.\(version)"

    func makeBoundary() throws(ExchangeFailure) -> TransportBoundary {
        guard let boundary = TransportBoundary(randomBytes: Randomness.bytes(30)) else {
            throw .ownServer(.signingFailed("no random bytes"))
        }
        return boundary
    }

    func currentConfiguration(at now: Instant) throws(ExchangeFailure) -> ConfigurationSnapshot {
        do { return try configuration.current(at: now) } catch { throw .configuration(error) }
    }
}

/// Sizes in bytes; every one finite.
package struct ExchangeLimits: Sendable {
    /// SOAP message or REST head (architecture: the message part).
    package var messagePartBytes = 1 << 20
    /// Body of a request or an answer.
    package var bodyBytes: Int

    package init(bodyBytes: Int) { self.bodyBytes = bodyBytes }
}
