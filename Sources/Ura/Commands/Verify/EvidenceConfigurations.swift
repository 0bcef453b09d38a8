import Exchange
import GlobalConfiguration
import PKI
import SignedDocuments
import Storage
import XRoadModel

/// The configurations by which evidence is judged: those of a folder, chosen by the evidence's time or by name, and verified from the
/// anchor on where one is given. The last few are remembered: evidence of one time comes together.
final class EvidenceConfigurations: Sendable {
    private let stored: StoredConfigurations
    private let anchor: ConfigurationAnchor?
    private let now: Instant
    private let judged = BoundedCache<StoredConfigurations.Entry, Result<RecordTrust, ConfigurationRefused>>(capacity: 4)

    /// - Parameters:
    ///   - instance: says whose configuration it is where the folder does not.
    ///   - now: no time-stamp is later.
    init(
        folder: String, instance: String? = nil, anchor: ConfigurationAnchor?, now: Instant
    ) throws(ConfigurationFailure) {
        stored = try StoredConfigurations(path: folder, instance: instance)
        self.anchor = anchor
        self.now = now
    }

    /// Of evidence of that time.
    func trust(at instant: Instant) throws(ConfigurationRefused) -> RecordTrust { try trust(stored.entry(at: instant)) }

    /// Of evidence that names its configuration.
    func trust(of hash: ConfigurationHash) throws(ConfigurationRefused) -> RecordTrust {
        let entry: StoredConfigurations.Entry
        do { entry = try stored.entry(hash) } catch { throw ConfigurationRefused(reason: "\(error)") }
        return try trust(entry)
    }

    private func trust(_ entry: StoredConfigurations.Entry) throws(ConfigurationRefused) -> RecordTrust {
        if let known = judged.value(entry) { return try known.get() }
        let result = Result { () throws(ConfigurationRefused) in try read(entry) }
        judged.insert(result, for: entry)
        return try result.get()
    }

    /// The configuration is judged as of its own time: evidence outlives it.
    private func read(_ entry: StoredConfigurations.Entry) throws(ConfigurationRefused) -> RecordTrust {
        do {
            let bundle = if let anchor { try stored.bundle(entry, verifiedFrom: anchor) } else { try stored.bundle(entry) }
            return try ConfigurationSnapshot(bundle, at: bundle.expires)
                .recordTrust(now: now, trust: anchor == nil ? .asGiven : .anchor)
        } catch { throw ConfigurationRefused(reason: "\(error)") }
    }
}
