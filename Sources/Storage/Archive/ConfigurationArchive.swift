import GlobalConfiguration
import MessageLog
import SignedDocuments
import XRoadModel

/// A configuration as one ZIP file, for archives: its files in X-Road's layout.
package enum ConfigurationArchive {
    static func encode(_ bundle: ConfigurationBundle) throws -> [UInt8] {
        let files = ConfigurationFolderWriter(bundle: bundle)
        var archive: [UInt8] = []
        var writer = ZIPStreamWriter()
        for (path, bytes) in files.fixedContents + (try files.renewedContents()) {
            let entry = ZIPStreamEntry(
                name: path, content: ZIPChecksum(bytes), modified: ZIPTime(Instant(millisecondsSince1970: 0)))
            archive += try writer.begin(entry) + bytes
        }
        return archive + writer.finish()
    }

    /// Nothing is verified but what stands in the name, if that is a hash.
    package static func read(
        _ path: String, limits: ConfigurationLimits = .standard
    ) throws(ConfigurationFailure) -> ConfigurationBundle {
        let bundle = try ConfigurationReader(files: ArchivedConfigurationFiles(path: path), limits: limits).bundle()
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard ArchiveName.configuration(bundle.hash.description) == name else {
            throw .storage("\(name) holds configuration \(bundle.hash)")
        }
        return bundle
    }
}

/// The files of a configuration in a ZIP file. Each is looked for from the beginning; contents are passed over, not read.
struct ArchivedConfigurationFiles: ConfigurationFiles {
    private static let maximumEntries = 256

    let path: String

    func content(_ path: String, maximumBytes: Int) throws -> [UInt8]? {
        var reader = ZIPStreamReader(try ArchiveInput(file: self.path))
        while let entry = try next(&reader) {
            guard entry.name == path else { continue }
            guard entry.content.byteCount <= UInt64(maximumBytes) else { throw ConfigurationFailure.tooLarge(path) }
            return try reader.wholeContent(limit: maximumBytes)
        }
        return nil
    }

    func folders() throws -> [String] {
        var reader = ZIPStreamReader(try ArchiveInput(file: path))
        var folders: Set<String> = []
        while let entry = try next(&reader) {
            if let folder = entry.name.split(separator: "/").first { folders.insert(String(folder)) }
        }
        return folders.sorted()
    }

    private func next(_ reader: inout ZIPStreamReader<ArchiveInput>) throws -> ZIPStreamEntry? {
        guard reader.entryCount < Self.maximumEntries else { throw ConfigurationFailure.tooLarge(path) }
        return try reader.next()
    }
}
