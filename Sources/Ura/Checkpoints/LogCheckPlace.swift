import Exchange
import Foundation
import GlobalConfiguration
import MessageLog
import PKI
import SignedDocuments
import Storage
import XRoadModel

/// Where a log to be checked lies, and what its owner says of its keys.
struct LogCheckPlace {
    let log: String
    let witnessURLs: [String]
    private let witnessKeys: [NoteVerifierKey]
    private let configuration: String?
    private let statements: [CertifiedLogKey]
    private let kept: SignedCheckpoint?
    private let settingsOrigin: NoteName?

    init(settings: String?, folder: String?, configuration: String?) throws {
        if let settings {
            let settings = try SecurityServerSettings.load(settings)
            let state = StateFolder(existing: settings.stateFolder)
            log = state.log
            witnessURLs = settings.checkpoints.witnesses.map(\.url)
            witnessKeys = settings.checkpoints.witnesses.map(\.key)
            self.configuration = configuration ?? state.configuration
            settingsOrigin = settings.checkpoints.origin
        } else {
            log = folder ?? ""
            witnessURLs = []
            witnessKeys = []
            self.configuration = configuration
            settingsOrigin = nil
        }
        statements = try LogKeyFolder(log: log).certifiedKeys()
        kept = try KnownCheckpoint(log: log).read()
    }

    /// Nil where nothing tells.
    var origin: NoteName? { settingsOrigin ?? kept?.checkpoint.origin ?? statements.last?.statement.key.name }

    /// What the check may believe; what was wrong with it is among the findings.
    func trust() -> LogCheckTrust {
        var trust = LogCheckTrust()
        trust.now = SystemEnvironment().now()
        trust.witnessKeys = witnessKeys
        if let kept { trust.anchors.append(.init(source: .keptFile, checkpoint: kept)) }
        let snapshot = snapshot(&trust)
        for certified in statements { add(certified, snapshot, &trust) }
        if let snapshot { trust.timestampFault = Self.timestampFault(snapshot) }
        return trust
    }

    /// As of its own time: evidence outlives it.
    private func snapshot(_ trust: inout LogCheckTrust) -> ConfigurationSnapshot? {
        guard let configuration else {
            trust.findings.append(
                LogFinding(.logKeyUnchecked, nil, "without a global configuration nobody tells whose the log's keys are"))
            return nil
        }
        do {
            let bundle = try ConfigurationFolder.read(configuration, instance: nil)
            return try ConfigurationSnapshot(bundle, at: bundle.expires)
        } catch {
            trust.findings.append(LogFinding(.logKeyUnchecked, nil, "global configuration in \(configuration): \(error)"))
            return nil
        }
    }

    /// A key whose statement does not hold still tells what was signed with it, and the finding tells that it may be anybody's.
    private func add(_ certified: CertifiedLogKey, _ snapshot: ConfigurationSnapshot?, _ trust: inout LogCheckTrust) {
        let statement = certified.statement
        if let snapshot {
            do {
                _ = try certified.verified(by: snapshot.verificationTrust(for: statement.server.owner.instance))
            } catch {
                trust.findings.append(LogFinding(.logKeyUncertified, nil, "\(error)"))
            }
        }
        trust.logKeys.append(.init(key: statement.key, expires: statement.expires))
    }

    private static func timestampFault(
        _ snapshot: ConfigurationSnapshot
    ) -> (@Sendable ([UInt8], NoteText, Instant) -> String?)? {
        guard let authorities = try? snapshot.authorities(of: snapshot.instance) else { return nil }
        let approved = authorities.timeStamping.map(\.certificate)
        let now = SystemEnvironment().now()
        return { token, text, signedAt in
            do {
                _ = try TimestampVerifier.verify(
                    TimestampToken(der: token), of: text.bytes, signedAt: signedAt, approved: approved, at: now)
                return nil
            } catch {
                return "\(error)"
            }
        }
    }
}
