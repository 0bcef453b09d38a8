import GlobalConfiguration
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

    /// Nothing is verified but the archive's form.
    package static func decode(
        _ stream: some ByteStream, limits: ConfigurationLimits = .standard
    ) throws(ConfigurationFailure) -> ConfigurationBundle {
        var reader = ZIPStreamReader(stream)
        var contents: [String: [UInt8]] = [:]
        var remaining = limits.totalBytes + limits.directoryBytes
        do {
            while let entry = try reader.next() {
                guard contents.count < limits.directoryEntries else { throw ConfigurationFailure.tooLarge("the archive") }
                let bytes = try reader.wholeContent(limit: remaining)
                remaining -= bytes.count
                guard contents.updateValue(bytes, forKey: entry.name) == nil else {
                    throw ConfigurationFailure.storage("two files named \(entry.name)")
                }
            }
        } catch let failure as ConfigurationFailure {
            throw failure
        } catch { throw .storage("\(error)") }
        return try ConfigurationReader(files: ArchivedConfiguration(contents: contents), limits: limits).bundle()
    }
}

private struct ArchivedConfiguration: ConfigurationFiles {
    let contents: [String: [UInt8]]

    func content(_ path: String, maximumBytes: Int) throws -> [UInt8]? {
        guard let bytes = contents[path] else { return nil }
        guard bytes.count <= maximumBytes else { throw ConfigurationFailure.tooLarge(path) }
        return bytes
    }

    func folders() -> [String] { Set(contents.keys.compactMap { $0.split(separator: "/").first.map(String.init) }).sorted() }
}
