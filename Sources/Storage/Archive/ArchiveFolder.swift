import Foundation
import GlobalConfiguration
import MessageLog
import PKI
import Synchronization

/// Archives in one private folder, and beside them the configurations that their records refer to.
package struct ArchiveFolder: ArchiveStore {
    private let folder: PrivateFolder
    private let encryption: ArchiveEncryption?
    private let configurations: ConfigurationFolder
    private let queue = BlockingQueue("archives")
    private let lockHolder = LockHolder()

    /// Creates the folder where it is missing.
    package init(
        path: String, encryption: ArchiveEncryption?, configurations: ConfigurationFolder
    ) throws(StorageFailure) {
        folder = try PrivateFolder(path: path)
        self.encryption = encryption
        self.configurations = configurations
    }

    package var suffix: String { encryption == nil ? ".zip" : ".zip.gpg" }

    package func lock() async throws(MessageLogFailure) {
        do {
            try lockHolder.take(folder)
        } catch {
            throw .archivingFailed(step: "lock", detail: "\(error)")
        }
    }

    package func unlock() async { lockHolder.release() }

    package func create(for group: ArchiveGroup) async throws(MessageLogFailure) -> any ArchiveFile {
        let temporaryName = TemporaryArchiveName.make()
        let path = folder.file(temporaryName)
        return try await queue.run { [queue, encryption] () throws(MessageLogFailure) in
            let recipients = try encryption?.recipients(of: group)
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else { throw Self.failure("create an archive") }
            do throws(MessageLogFailure) {
                var encryptor: Encryptor?
                if let encryption, let recipients { encryptor = try Encryptor(encryption, recipients, output: descriptor) }
                return WrittenArchive(path: path, temporaryName: temporaryName, descriptor, encryptor, queue)
            } catch {
                close(descriptor)
                unlink(path)
                throw error
            }
        }
    }

    /// The archive is under one of the two names at any time.
    package func publish(_ temporaryName: String, as name: String) async throws(MessageLogFailure) {
        let (from, to) = (folder.file(temporaryName), folder.file(name))
        try await queue.run { [path = folder.path] () throws(MessageLogFailure) in
            if rename(from, to) != 0 {
                guard errno == ENOENT else { throw Self.failure("name \(name)") }
                guard access(to, F_OK) == 0 else {
                    throw .archivingFailed(step: "name \(name)", detail: "the file is gone; put it back for archiving to go on")
                }
            }
            guard PrivateFolder.sync(path) else { throw Self.failure("sync \(path)") }
        }
    }

    package func removeUnfinished() async throws(MessageLogFailure) {
        try await queue.run { [folder] () throws(MessageLogFailure) in
            do {
                for name in try FileManager.default.contentsOfDirectory(atPath: folder.path)
                where TemporaryArchiveName.isOne(name) {
                    try FileManager.default.removeItem(atPath: folder.file(name))
                }
            } catch { throw .archivingFailed(step: "clear \(folder.path)", detail: "\(error)") }
        }
    }

    package func remove(_ name: String) async throws(MessageLogFailure) {
        try await queue.run { [folder] () throws(MessageLogFailure) in
            guard unlink(folder.file(name)) == 0 || errno == ENOENT, PrivateFolder.sync(folder.path) else {
                throw Self.failure("remove \(name)")
            }
        }
    }

    /// Before the rename the configuration is under a temporary name, which is removed when archiving is next begun.
    package func keepConfiguration(_ hash: [UInt8]) async throws(MessageLogFailure) -> String? {
        let text = Hexadecimal.encode(hash)
        let name = ArchiveName.configuration(text)
        guard access(folder.file(name), F_OK) != 0 else { return name }
        do {
            guard let hash = ConfigurationHash(hexadecimal: text), let bundle = try await configurations.bundle(hash) else {
                return nil
            }
            let bytes = try ConfigurationArchive.encode(bundle)
            let temporaryName = TemporaryArchiveName.make()
            let temporary = folder.file(temporaryName)
            try await queue.run { () throws(MessageLogFailure) in
                let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
                guard descriptor >= 0 else { throw Self.failure("create \(name)") }
                defer { close(descriptor) }
                try WrittenArchive.write(bytes, to: descriptor)
                guard fsync(descriptor) == 0 else { throw Self.failure("sync \(name)") }
            }
            try await publish(temporaryName, as: name)
            return name
        } catch let failure as MessageLogFailure {
            throw failure
        } catch {
            throw .archivingFailed(step: "keep configuration \(text)", detail: "\(error)")
        }
    }

    static func failure(_ step: String) -> MessageLogFailure {
        let detail = String(cString: strerror(errno))
        return errno == ENOSPC ? .storageFull(detail: detail) : .archivingFailed(step: step, detail: detail)
    }
}

/// Names that no archive has.
enum TemporaryArchiveName {
    private static let prefix = ".archive-"
    private static let suffix = ".unfinished"

    static func make() -> String { prefix + Hexadecimal.encode(Randomness.bytes(8)) + suffix }

    static func isOne(_ name: String) -> Bool { name.hasPrefix(prefix) && name.hasSuffix(suffix) }
}

/// The lock of a folder, for as long as a run takes.
private final class LockHolder: Sendable {
    private let lock = Mutex<FolderLock?>(nil)

    func take(_ folder: PrivateFolder) throws(StorageFailure) {
        try lock.withLock { held throws(StorageFailure) in
            guard held == nil else { throw .inUse(path: folder.path) }
            held = try FolderLock(folder)
        }
    }

    func release() { lock.withLock { $0 = nil } }
}
