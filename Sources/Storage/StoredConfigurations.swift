import Foundation
import GlobalConfiguration
import MessageLog
import XRoadModel

/// The configurations that a folder holds, to judge evidence by: those that a security server of ours has kept or put beside its
/// archives, or the one of a folder that somebody else's server has written.
package struct StoredConfigurations: Sendable {
    package struct Entry: Sendable, Hashable {
        /// nil in folders that are not ours.
        package let hash: ConfigurationHash?
        /// The end of validity as stored beside it; proved only when the configuration is verified from the anchor on.
        package let expires: Instant
        /// A folder, or a ZIP file of archives.
        let place: URL
    }

    /// By end of validity, the earliest first; at least one.
    package let entries: [Entry]
    private let instance: String?
    private let limits: ConfigurationLimits

    /// - Parameter instance: says whose configuration it is where the file `instance-identifier` is missing.
    package init(
        path: String, instance: String? = nil, limits: ConfigurationLimits = .standard
    ) throws(ConfigurationFailure) {
        self.instance = instance
        self.limits = limits
        let root = URL(fileURLWithPath: path, isDirectory: true)
        let names = try ConfigurationFailure.storing { try FileManager.default.contentsOfDirectory(atPath: root.path) }
        var entries: [Entry] = []
        for hash in names.compactMap(ConfigurationHash.init(hexadecimal:)) {
            let folder = root.appendingPathComponent(hash.description, isDirectory: true)
            entries.append(Entry(hash: hash, expires: try Self.reader(folder, limits).expires(of: instance), place: folder))
        }
        for name in names {
            guard let hash = ArchiveName.configurationHash(name).flatMap(ConfigurationHash.init(hexadecimal:)) else { continue }
            let file = root.appendingPathComponent(name)
            // A damaged one is told when it is asked for: the others are still good.
            let expires = (try? Self.reader(file, limits).expires(of: instance)) ?? Instant(millisecondsSince1970: 0)
            entries.append(Entry(hash: hash, expires: expires, place: file))
        }
        if entries.isEmpty {
            // The folder itself is one; `current` leads to one that is named by its hash.
            let hash = ConfigurationHash(hexadecimal: root.resolvingSymlinksInPath().lastPathComponent)
            entries = [Entry(hash: hash, expires: try Self.reader(root, limits).expires(of: instance), place: root)]
        }
        self.entries = entries.sorted { $0.expires < $1.expires }
    }

    /// The one in force at `instant`: a server follows new content as soon as it is published, so that of those that were still
    /// valid the one that ended first was in force. After the last end it is the last one.
    package func entry(at instant: Instant) -> Entry {
        entries.first { instant <= $0.expires } ?? entries[entries.count - 1]
    }

    package func entry(_ hash: ConfigurationHash) throws(ConfigurationFailure) -> Entry {
        if let entry = entries.first(where: { $0.hash == hash }) { return entry }
        if entries.count == 1, entries[0].hash == nil, try bundle(entries[0]).hash == hash { return entries[0] }
        throw .storage("there is no configuration \(hash)")
    }

    /// Read anew. Damage is noticed by the hash, where the folder is named by one.
    package func bundle(_ entry: Entry) throws(ConfigurationFailure) -> ConfigurationBundle {
        let bundle = try Self.reader(entry.place, limits).bundle(of: instance)
        guard entry.hash == nil || entry.hash == bundle.hash else {
            throw .storage("configuration \(entry.place.lastPathComponent) is damaged")
        }
        return bundle
    }

    /// Verified from the anchor on (`ConfigurationAnchor.verify`). Where the keys were replaced since the anchor was made, they are
    /// followed through the earlier configurations, as the server did that kept them.
    package func bundle(
        _ entry: Entry, verifiedFrom anchor: ConfigurationAnchor
    ) throws(ConfigurationFailure) -> ConfigurationBundle {
        let bundle = try bundle(entry)
        do throws(ConfigurationFailure) { return try anchor.verify(bundle, limits: limits) } catch {
            guard error == .unknownVerificationCertificate else { throw error }
        }
        var lastGood: SharedParameters?
        for earlier in entries where earlier.expires < entry.expires {
            guard let verified = try? anchor.verify(self.bundle(earlier), lastGood: lastGood, limits: limits),
                let part = verified.part(.sharedParameters, of: anchor.instance)
            else { continue }
            lastGood = try SharedParameters(reading: part.bytes, version: part.version)
        }
        return try anchor.verify(bundle, lastGood: lastGood, limits: limits)
    }

    private static func reader(_ place: URL, _ limits: ConfigurationLimits) -> ConfigurationReader {
        let isArchive = ArchiveName.configurationHash(place.lastPathComponent) != nil
        let files: any ConfigurationFiles =
            isArchive ? ArchivedConfigurationFiles(path: place.path) : ConfigurationFolderContent(folder: place)
        return ConfigurationReader(files: files, limits: limits)
    }
}
