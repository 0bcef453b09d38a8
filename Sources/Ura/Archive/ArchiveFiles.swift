import Foundation
import MessageLog
import Storage

/// The archives of a folder.
enum ArchiveFiles {
    /// In the order of their names.
    static func names(in folder: String) throws -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter(ArchiveName.isArchive).sorted()
        } catch { throw CommandFailure("\(folder) cannot be read: \(error.localizedDescription)") }
    }

    /// Nil of an encrypted one, where there is nothing to decrypt it with.
    static func open(_ name: String, in folder: String, gpgHome: String?) throws -> ArchiveInput? {
        let path = "\(folder)/\(name)"
        guard name.hasSuffix(".gpg") else { return try ArchiveInput(file: path) }
        return try gpgHome.map { try ArchiveInput(decrypting: path, home: $0) }
    }
}
