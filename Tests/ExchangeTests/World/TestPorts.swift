import Exchange
import GlobalConfiguration
import KeyVault
import MessageLog
import PKI
import Synchronization
import XRoadModel

@testable import Ura

/// A configuration that stays until its end of validity.
struct TestConfiguration: ConfigurationProviding {
    let snapshot: ConfigurationSnapshot
    static let validitySeconds: Int64 = 10 * 86_400

    init(_ parameters: SharedParameters) throws {
        let part = ConfigurationPart(
            content: .sharedParameters, instance: parameters.instance, version: 5,
            expires: TestClock.start.adding(seconds: Self.validitySeconds), bytes: try parameters.encoded())
        snapshot = try ConfigurationSnapshot(
            ConfigurationBundle(instance: parameters.instance, parts: [part], directories: []), at: TestClock.start)
    }

    func current(at now: Instant) throws(ConfigurationFailure) -> ConfigurationSnapshot {
        try snapshot.requireValid(at: now)
        return snapshot
    }
}

/// A server's keys, with OCSP responses as the test authority gives them, each kept until the test asks for new ones.
final class TestCredentials: OwnCredentials {
    private let authentication: Identity
    private let signing: [MemberIdentifier: (identity: Identity, queue: SigningQueue)]
    private let clock: TestClock
    private let kept = Mutex<[Certificate: OCSPResponse]>([:])

    init(
        authentication: Identity, signing: [MemberIdentifier: Identity], settings: SigningSettings = SigningSettings(),
        clock: TestClock
    ) throws {
        self.authentication = authentication
        self.signing = try signing.mapValues { ($0, SigningQueue(composer: try $0.composer(), settings: settings)) }
        self.clock = clock
    }

    func authenticationOCSP() throws(OwnServerFailure) -> [OCSPResponse] { [try response(on: authentication.certificate)] }

    func signer(for member: MemberIdentifier) throws(OwnServerFailure) -> MessageSigner {
        guard let (identity, queue) = signing[member] else { throw .noSigningKey(member) }
        return MessageSigner(signing: queue, ocspResponse: try response(on: identity.certificate))
    }

    func certificate(of member: MemberIdentifier) -> Certificate? { signing[member]?.identity.certificate }

    /// For the relay: of whichever own certificate has this SHA-1.
    func response(withHash hash: [UInt8]) -> OCSPResponse? {
        let certificates = [authentication.certificate] + signing.values.map(\.identity.certificate)
        return certificates.first { $0.digest(.sha1) == hash }.flatMap { try? response(on: $0) }
    }

    func askAnew() { kept.withLock { $0 = [:] } }

    private func response(on certificate: Certificate) throws(OwnServerFailure) -> OCSPResponse {
        if let response = kept.withLock({ $0[certificate] }) { return response }
        do {
            let response = try TestInstance.shared.get().ocspResponse(on: certificate, at: clock.now())
            kept.withLock { $0[certificate] = response }
            return response
        } catch { throw .noCurrentOCSP(certificate: certificate.subject.rfc2253, reason: "\(error)") }
    }
}

/// A journal that refuses what a test says, as a full disk would.
final class RefusingJournal: Journal {
    private let journal: any Journal
    private let refused = Mutex<[MessageDirection: MessageLogFailure]>([:])

    init(_ journal: any Journal) { self.journal = journal }

    func refuse(_ direction: MessageDirection, _ failure: MessageLogFailure = .storageFull(detail: "asked by the test")) {
        refused.withLock { $0[direction] = failure }
    }

    func commit(_ record: LogRecord) async throws(MessageLogFailure) -> RecordIdentifier {
        if let failure = refused.withLock({ $0[record.entry.direction] }) { throw failure }
        return try await journal.commit(record)
    }
}
