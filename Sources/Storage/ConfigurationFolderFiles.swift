import Foundation
import GlobalConfiguration
import XRoadModel

/// Names and form of the files, as X-Road's configuration client writes them.
enum ConfigurationFile {
    static let instanceIdentifier = "instance-identifier"
    static let directories = ".directories"
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
        try write(Array(bundle.instance.utf8), to: folder.appendingPathComponent(ConfigurationFile.instanceIdentifier))
        for (part, file) in files(in: folder) {
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try write(part.bytes, to: file)
            try writeMetadata(of: part, beside: file)
        }
        try writeDirectories(in: folder)
        try DurableFiles.synchronize(folder)
    }

    /// Gives a bundle that is kept already its later end of validity.
    func prolong(_ folder: URL) throws {
        for (part, file) in files(in: folder) { try writeMetadata(of: part, beside: file) }
        try writeDirectories(in: folder)
    }

    private func files(in folder: URL) -> [(part: ConfigurationPart, file: URL)] {
        bundle.parts.compactMap { part in
            guard let name = ConfigurationFile.name(of: part.content) else { return nil }
            let instance = folder.appendingPathComponent(ConfigurationFile.folderName(part.instance), isDirectory: true)
            return (part, instance.appendingPathComponent(name))
        }
    }

    private func writeMetadata(of part: ConfigurationPart, beside file: URL) throws {
        let metadata = ConfigurationFile.Metadata(
            contentIdentifier: part.content.name, instanceIdentifier: part.instance,
            expirationDate: part.expires.iso8601(milliseconds: false), configurationVersion: String(part.version))
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let name = file.lastPathComponent + ConfigurationFile.metadataSuffix
        try replace(Array(try encoder.encode(metadata)), at: file.deletingLastPathComponent().appendingPathComponent(name))
    }

    private func writeDirectories(in folder: URL) throws {
        let directories = folder.appendingPathComponent(ConfigurationFile.directories, isDirectory: true)
        try FileManager.default.createDirectory(at: directories, withIntermediateDirectories: true)
        for (index, directory) in bundle.directories.enumerated() {
            try replace(directory, at: directories.appendingPathComponent(String(index)))
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

/// Reads a bundle from a folder in X-Road's layout.
struct ConfigurationFolderReader {
    let folder: URL
    let limits: ConfigurationLimits

    /// A part without a date does not expire, one without a version is of version 2, as X-Road reads them.
    private static let never = Instant(secondsSince1970: 253_402_300_799)

    /// `given` says whose configuration it is where the folder does not.
    func bundle(of given: String? = nil) throws(ConfigurationFailure) -> ConfigurationBundle {
        try ConfigurationFailure.storing { () throws -> ConfigurationBundle in
            let instance = try owner(given)
            let parts = try parts().filter { $0.content == .sharedParameters || $0.instance == instance }
            return try ConfigurationBundle(instance: instance, parts: parts, directories: try directories())
        }
    }

    private func owner(_ given: String?) throws -> String {
        let file = folder.appendingPathComponent(ConfigurationFile.instanceIdentifier)
        if let bytes = try content(file, maximumBytes: 1024) {
            return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        guard let given else { throw ConfigurationFailure.missingPart("file \(ConfigurationFile.instanceIdentifier)") }
        return given
    }

    private func parts() throws -> [ConfigurationPart] {
        var parts: [ConfigurationPart] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where !name.hasPrefix(".") {
            guard let instance = ConfigurationFile.instance(folderName: name) else { continue }
            for (kind, fileName) in ConfigurationFile.names {
                let file = folder.appendingPathComponent(name).appendingPathComponent(fileName)
                guard let bytes = try content(file, maximumBytes: limits.partBytes) else { continue }
                let (version, expires) = try metadata(file)
                parts.append(
                    ConfigurationPart(content: kind, instance: instance, version: version, expires: expires, bytes: bytes))
            }
        }
        return parts
    }

    private func metadata(_ file: URL) throws -> (version: Int, expires: Instant) {
        let file = URL(fileURLWithPath: file.path + ConfigurationFile.metadataSuffix)
        guard let bytes = try content(file, maximumBytes: limits.directoryBytes) else {
            return (ConfigurationVersion.unnamed, Self.never)
        }
        let metadata = try JSONDecoder().decode(ConfigurationFile.Metadata.self, from: Data(bytes))
        let version = metadata.configurationVersion.map(Int.init) ?? ConfigurationVersion.unnamed
        let expires = metadata.expirationDate.map(Instant.init(iso8601:)) ?? Self.never
        guard let version, let expires else { throw ConfigurationFailure.storage("\(file.path) is malformed") }
        return (version, expires)
    }

    private func directories() throws -> [[UInt8]] {
        var directories: [[UInt8]] = []
        let folder = folder.appendingPathComponent(ConfigurationFile.directories)
        while let bytes = try content(
            folder.appendingPathComponent(String(directories.count)), maximumBytes: limits.directoryBytes)
        {
            directories.append(bytes)
        }
        return directories
    }

    /// Nil where there is no such file.
    private func content(_ file: URL, maximumBytes: Int) throws -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: file.path) else { return nil }
        let size = try file.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? .max
        guard size <= maximumBytes else { throw ConfigurationFailure.tooLarge(file.path) }
        return [UInt8](try Data(contentsOf: file))
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
