import Foundation
import GlobalConfiguration
import XRoadModel

/// Names and form of the files, as X-Road's configuration client writes them.
enum ConfigurationFile {
    static let instanceIdentifier = "instance-identifier"
    static let directories = ".directories"
    static func directory(_ index: Int) -> String { "\(directories)/\(index)" }
    static func firstDirectory(_ index: Int) -> String { "\(directories)/first-\(index)" }
    static let metadataSuffix = ".metadata"
    static let names: [(content: ContentIdentifier, name: String)] = [
        (.privateParameters, "private-params.xml"), (.sharedParameters, "shared-params.xml"),
    ]

    static func name(of content: ContentIdentifier) -> String? { names.first { $0.content == content }?.name }

    struct Metadata: Codable {
        var contentIdentifier: String?
        var instanceIdentifier: String?
        var expirationDate: String?
        var configurationVersion: String?
    }

    /// As Java's URLEncoder, and a leading dot too: no instance can name a hidden folder or the one above.
    static func folderName(_ instance: String) -> String {
        var name = ""
        for (index, byte) in instance.utf8.enumerated() {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2A, 0x2D, 0x5F: name.unicodeScalars.append(Unicode.Scalar(byte))
            case 0x2E where index > 0: name += "."
            case 0x20: name += "+"
            default: name += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return name
    }

    static func instance(folderName: String) -> String? {
        folderName.replacingOccurrences(of: "+", with: " ").removingPercentEncoding
    }
}

/// Writes a bundle; every file and folder is on the disk when a call returns.
struct ConfigurationFolderWriter {
    let bundle: ConfigurationBundle

    func write(to folder: URL) throws {
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        for (path, bytes) in fixedContents {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try write(bytes, to: file)
        }
        try prolong(folder)
        try DurableFiles.synchronize(folder)
    }

    /// Gives a bundle that is kept already its later end of validity.
    func prolong(_ folder: URL) throws {
        try keepFirstDirectories(in: folder)
        for (path, bytes) in try renewedContents() {
            let file = folder.appendingPathComponent(path)
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try replace(bytes, at: file)
        }
        // Directories of a source that is no longer needed: until they are gone they do no harm.
        var surplus = bundle.directories.count
        while try ConfigurationFolderContent(folder: folder).remove(ConfigurationFile.directory(surplus)) { surplus += 1 }
    }

    /// The directories that a bundle was first kept with stay: its source may change its key while the content stays the same.
    private func keepFirstDirectories(in folder: URL) throws {
        let content = ConfigurationFolderContent(folder: folder)
        let kept = try content.directories(
            named: ConfigurationFile.directory, maximumBytes: ConfigurationLimits.standard.directoryBytes)
        guard
            try content.content(ConfigurationFile.firstDirectory(0), maximumBytes: ConfigurationLimits.standard.directoryBytes)
                == nil
        else { return }
        // The first one comes last: as long as it is missing, this begins anew.
        for (index, directory) in kept.enumerated().reversed() {
            try replace(directory, at: folder.appendingPathComponent(ConfigurationFile.firstDirectory(index)))
        }
    }

    /// What stays, and among it what the bundle's hash is about, by paths in the folder.
    var fixedContents: [(path: String, bytes: [UInt8])] {
        [(ConfigurationFile.instanceIdentifier, Array(bundle.instance.utf8))] + files.map { ($0.path, $0.part.bytes) }
            + bundle.firstDirectories.enumerated().map { (ConfigurationFile.firstDirectory($0.offset), $0.element) }
    }

    /// What changes while the central server only signs the same parts anew.
    func renewedContents() throws -> [(path: String, bytes: [UInt8])] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let metadata = try files.map { part, path in
            let metadata = ConfigurationFile.Metadata(
                contentIdentifier: part.content.name, instanceIdentifier: part.instance,
                expirationDate: part.expires.iso8601(milliseconds: false), configurationVersion: String(part.version))
            return (path + ConfigurationFile.metadataSuffix, Array(try encoder.encode(metadata)))
        }
        return metadata + bundle.directories.enumerated().map { (ConfigurationFile.directory($0.offset), $0.element) }
    }

    private var files: [(part: ConfigurationPart, path: String)] {
        bundle.parts.compactMap { part in
            ConfigurationFile.name(of: part.content).map { (part, "\(ConfigurationFile.folderName(part.instance))/\($0)") }
        }
    }

    private func write(_ bytes: [UInt8], to file: URL) throws {
        try Data(bytes).write(to: file)
        try DurableFiles.synchronize(file)
    }

    /// The file holds either the former content or the new one.
    private func replace(_ bytes: [UInt8], at file: URL) throws {
        let next = file.deletingLastPathComponent().appendingPathComponent(".new-\(file.lastPathComponent)")
        try write(bytes, to: next)
        try DurableFiles.rename(next, to: file)
    }
}

/// The files of a configuration in X-Road's layout, wherever they are.
protocol ConfigurationFiles {
    /// Nil where there is no such file.
    func content(_ path: String, maximumBytes: Int) throws -> [UInt8]?
    /// Names of the folders, in order.
    func folders() throws -> [String]
}

extension ConfigurationFiles {
    /// Numbered from 0.
    func directories(named path: (Int) -> String, maximumBytes: Int) throws -> [[UInt8]] {
        var directories: [[UInt8]] = []
        while let bytes = try content(path(directories.count), maximumBytes: maximumBytes) { directories.append(bytes) }
        return directories
    }
}

/// A folder's files.
struct ConfigurationFolderContent: ConfigurationFiles {
    let folder: URL

    func content(_ path: String, maximumBytes: Int) throws -> [UInt8]? {
        try BoundedFile.read(folder.appendingPathComponent(path).path, maximumBytes: maximumBytes)
    }

    func folders() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }

    /// False where there is no such file.
    func remove(_ path: String) throws -> Bool {
        let file = folder.appendingPathComponent(path)
        guard FileManager.default.fileExists(atPath: file.path) else { return false }
        try FileManager.default.removeItem(at: file)
        return true
    }
}

/// Reads a bundle in X-Road's layout.
struct ConfigurationReader {
    let files: any ConfigurationFiles
    let limits: ConfigurationLimits

    /// A part without a date does not expire, one without a version is of version 2, as X-Road reads them.
    private static let never = Instant(secondsSince1970: 253_402_300_799)

    /// `given` says whose configuration it is where the files do not.
    func bundle(of given: String? = nil) throws(ConfigurationFailure) -> ConfigurationBundle {
        try ConfigurationFailure.storing { () throws -> ConfigurationBundle in
            let instance = try owner(given)
            let parts = try parts().filter { $0.content == .sharedParameters || $0.instance == instance }
            return try ConfigurationBundle(
                instance: instance, parts: parts,
                directories: try files.directories(named: ConfigurationFile.directory, maximumBytes: limits.directoryBytes),
                firstDirectories: try files.directories(
                    named: ConfigurationFile.firstDirectory, maximumBytes: limits.directoryBytes))
        }
    }

    /// The end of validity of the instance's own parts, without reading them.
    func expires(of given: String? = nil) throws(ConfigurationFailure) -> Instant {
        try ConfigurationFailure.storing { () throws -> Instant in
            let folder = ConfigurationFile.folderName(try owner(given))
            let ends = try ConfigurationFile.names.map { try metadata("\(folder)/\($0.name)").expires }
            return ends.min() ?? Self.never
        }
    }

    private func owner(_ given: String?) throws -> String {
        if let bytes = try files.content(ConfigurationFile.instanceIdentifier, maximumBytes: 1024) {
            return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard let given else { throw ConfigurationFailure.missingPart("file \(ConfigurationFile.instanceIdentifier)") }
        return given
    }

    private func parts() throws -> [ConfigurationPart] {
        var parts: [ConfigurationPart] = []
        for name in try files.folders() where !name.hasPrefix(".") {
            guard let instance = ConfigurationFile.instance(folderName: name) else { continue }
            for (kind, fileName) in ConfigurationFile.names {
                let path = "\(name)/\(fileName)"
                guard let bytes = try files.content(path, maximumBytes: limits.partBytes) else { continue }
                let (version, expires) = try metadata(path)
                parts.append(
                    ConfigurationPart(content: kind, instance: instance, version: version, expires: expires, bytes: bytes))
            }
        }
        return parts
    }

    private func metadata(_ path: String) throws -> (version: Int, expires: Instant) {
        let path = path + ConfigurationFile.metadataSuffix
        guard let bytes = try files.content(path, maximumBytes: limits.directoryBytes) else {
            return (ConfigurationVersion.unnamed, Self.never)
        }
        let metadata = try JSONDecoder().decode(ConfigurationFile.Metadata.self, from: Data(bytes))
        let version = metadata.configurationVersion.map(Int.init) ?? ConfigurationVersion.unnamed
        let expires = metadata.expirationDate.map(Instant.init(iso8601:)) ?? Self.never
        guard let version, let expires else { throw ConfigurationFailure.storage("\(path) is malformed") }
        return (version, expires)
    }
}

extension ConfigurationFailure {
    /// Runs file operations; their errors become failures of storage.
    static func storing<Value>(_ body: () throws -> Value) throws(ConfigurationFailure) -> Value {
        do {
            return try body()
        } catch let failure as ConfigurationFailure {
            throw failure
        } catch {
            throw .storage("\(error)")
        }
    }
}
