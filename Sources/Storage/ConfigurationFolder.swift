import Foundation
import GlobalConfiguration
import XRoadModel

/// Verified configurations in a folder, one sub-folder per hash, and `current`, a symbolic link to the one to act by.
///
/// Each sub-folder has the layout of X-Road's configuration folder, so that its tools can read it; `.directories` holds the
/// signed directories. The folder is trusted: who can write to it can change the configuration. Damage is noticed by the hash.
package struct ConfigurationFolder: ConfigurationKeeping {
    private let root: URL
    private let limits: ConfigurationLimits

    /// Creates the folder, for the owner alone, if it is not there; refuses one that others can write to.
    package init(path: String, limits: ConfigurationLimits = .standard) throws(ConfigurationFailure) {
        root = URL(fileURLWithPath: path, isDirectory: true)
        self.limits = limits
        try ConfigurationFailure.storing {
            try FileManager.default.createDirectory(
                at: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let mode = try FileManager.default.attributesOfItem(atPath: root.path)[.posixPermissions] as? Int
            guard let mode, mode & 0o022 == 0 else { throw ConfigurationFailure.storage("others can write to \(root.path)") }
        }
    }

    private var link: URL { root.appendingPathComponent("current") }

    private func folder(_ hash: ConfigurationHash) -> URL { root.appendingPathComponent(hash.description, isDirectory: true) }

    package func current() async throws(ConfigurationFailure) -> ConfigurationBundle? {
        guard let hash = currentHash else { return nil }
        return try await bundle(hash)
    }

    private var currentHash: ConfigurationHash? {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: link.path)).flatMap(ConfigurationHash.init(hexadecimal:))
    }

    package func bundle(_ hash: ConfigurationHash) async throws(ConfigurationFailure) -> ConfigurationBundle? {
        let folder = folder(hash)
        guard FileManager.default.fileExists(atPath: folder.path) else { return nil }
        let bundle = try ConfigurationReader(files: ConfigurationFolderContent(folder: folder), limits: limits).bundle()
        guard bundle.hash == hash else { throw .storage("configuration \(hash) is damaged") }
        return bundle
    }

    /// The states in which a crash may leave the folder, in order; `current` always leads to a whole bundle.
    package func keep(_ bundle: ConfigurationBundle) async throws(ConfigurationFailure) {
        let kept = folder(bundle.hash)
        let writer = ConfigurationFolderWriter(bundle: bundle)
        if FileManager.default.fileExists(atPath: kept.path) {
            // Some files' end of validity is new, others' old: the earliest counts, and it is a verified one.
            try ConfigurationFailure.storing { try writer.prolong(kept) }
        } else {
            // A part of the bundle is under a name that is no hash: nobody reads it, the next call begins anew.
            let unfinished = root.appendingPathComponent(".new-\(bundle.hash)", isDirectory: true)
            try ConfigurationFailure.storing { try writer.write(to: unfinished) }
            // The whole bundle is there and durable, but is not current: it does no harm.
            try ConfigurationFailure.storing { try DurableFiles.rename(unfinished, to: kept) }
        }
        // The new link is there under another name: the former bundle is current.
        let next = root.appendingPathComponent(".current-new")
        try ConfigurationFailure.storing {
            try? FileManager.default.removeItem(at: next)
            try FileManager.default.createSymbolicLink(atPath: next.path, withDestinationPath: bundle.hash.description)
            // Before the rename the former bundle is current, after it this one.
            try DurableFiles.rename(next, to: link)
        }
    }

    package func superseded(before instant: Instant) async throws(ConfigurationFailure) -> Set<ConfigurationHash> {
        let current = currentHash
        return try ConfigurationFailure.storing {
            var hashes: Set<ConfigurationHash> = []
            for name in try FileManager.default.contentsOfDirectory(atPath: root.path) {
                guard let hash = ConfigurationHash(hexadecimal: name), hash != current else { continue }
                // Each time that a bundle is kept, its directories are written anew.
                let directories = folder(hash).appendingPathComponent(ConfigurationFile.directories).path
                let changed = try FileManager.default.attributesOfItem(atPath: directories)[.modificationDate] as? Date
                guard let changed, Int64(changed.timeIntervalSince1970 * 1000) < instant.millisecondsSince1970 else { continue }
                hashes.insert(hash)
            }
            return hashes
        }
    }

    package func discard(_ hashes: Set<ConfigurationHash>) async throws(ConfigurationFailure) {
        let current = currentHash
        try ConfigurationFailure.storing {
            for hash in hashes where hash != current && FileManager.default.fileExists(atPath: folder(hash).path) {
                // Renamed first: a bundle of which a part is deleted is never found under its hash.
                let old = root.appendingPathComponent(".old-\(hash)")
                try DurableFiles.rename(folder(hash), to: old)
                try FileManager.default.removeItem(at: old)
            }
        }
    }

    /// Removes what a crash left unfinished. Before the first `keep`: what is being kept looks the same.
    package func removeLeftOvers() throws(ConfigurationFailure) {
        try ConfigurationFailure.storing {
            for name in try FileManager.default.contentsOfDirectory(atPath: root.path)
            where name.hasPrefix(".new-") || name.hasPrefix(".old-") {
                try FileManager.default.removeItem(at: root.appendingPathComponent(name))
            }
        }
    }

    /// Writes what the folder `root` keeps as `hash` to another folder, in the same layout: evidence is verified by it elsewhere.
    package static func copy(
        _ hash: ConfigurationHash, from root: String, to path: String, limits: ConfigurationLimits = .standard
    ) throws(ConfigurationFailure) {
        let kept = URL(fileURLWithPath: root, isDirectory: true).appendingPathComponent(hash.description, isDirectory: true)
        guard FileManager.default.fileExists(atPath: kept.path) else { throw .storage("\(root) has no configuration \(hash)") }
        let bundle = try ConfigurationReader(files: ConfigurationFolderContent(folder: kept), limits: limits).bundle()
        guard bundle.hash == hash else { throw .storage("configuration \(hash) is damaged") }
        let target = URL(fileURLWithPath: path, isDirectory: true)
        if FileManager.default.fileExists(atPath: path) {
            // Nothing of anybody's is replaced.
            let found = try ConfigurationReader(files: ConfigurationFolderContent(folder: target), limits: limits).bundle()
            guard found.hash == hash else { throw .storage("\(path) holds another configuration") }
            return
        }
        try ConfigurationFailure.storing {
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
            try ConfigurationFolderWriter(bundle: bundle).write(to: target)
        }
    }

    /// Reads a configuration folder of an X-Road security server, one of ours, or the current one of a folder of ours. `instance` says whose it is where the file
    /// `instance-identifier` is missing.
    package static func read(
        _ path: String, instance: String? = nil, limits: ConfigurationLimits = .standard
    ) throws(ConfigurationFailure) -> ConfigurationBundle {
        let given = URL(fileURLWithPath: path, isDirectory: true)
        let current = given.appendingPathComponent("current")
        let folder = (FileManager.default.fileExists(atPath: current.path) ? current : given).resolvingSymlinksInPath()
        return try ConfigurationReader(files: ConfigurationFolderContent(folder: folder), limits: limits).bundle(of: instance)
    }
}
