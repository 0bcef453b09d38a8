import Glibc
import MessageLog
import PKI

/// The bodies that are too large for the database, each an encrypted file (`ContentSeal`) that a row names and has the key of.
/// Bodies on their way lie here too, under names that no row has.
struct ContentFolder: Sendable {
    let path: String

    /// Makes the file the log's own, before the row that names it. If the process dies after this the file is an orphan, which
    /// `removeOrphans` finds. Blocks the thread.
    func adopt(_ file: any SealedFile, as name: String) throws(MessageLogFailure) {
        try file.link(to: "\(path)/\(name)")
        guard PrivateFolder.sync(path) else {
            let detail = String(cString: strerror(errno))
            remove(name)
            throw .storageFailed(step: "sync content folder", detail: detail)
        }
    }

    /// Takes back a file whose row was not committed.
    func remove(_ name: String) { unlink("\(path)/\(name)") }

    /// Removes every file that `isReferenced` does not know. Only while nobody writes here.
    func removeOrphans(isReferenced: (String) throws -> Bool) throws {
        guard let folder = opendir(path) else {
            throw StorageFailure.cannotOpen(path: path, detail: String(cString: strerror(errno)))
        }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
            }
            if name != ".", name != "..", try !isReferenced(name) { remove(name) }
        }
    }

    /// The body, opened. Blocks the thread.
    func read(_ name: String, byteCount: Int, key: ContentKey) throws(MessageLogFailure) -> [UInt8] {
        let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .contentMissing(file: name) }
        defer { close(descriptor) }
        var status = stat()
        let count = ContentSeal.chunkCount(byteCount: byteCount)
        guard fstat(descriptor, &status) == 0, Int(status.st_size) == ContentSeal.fileLength(byteCount: byteCount) else {
            throw .contentDamaged(file: name, chunk: count - 1)
        }
        var body: [UInt8] = []
        body.reserveCapacity(byteCount)
        for number in 0..<count {
            let sealed = Self.chunk(number, of: descriptor)
            guard let chunk = try? ContentSeal.open(sealed, number: number, isLast: number == count - 1, key: key) else {
                throw .contentDamaged(file: name, chunk: number)
            }
            body += chunk
        }
        return body
    }

    /// SHA-256 of the file; nil where it is not there. Blocks the thread.
    func digest(_ name: String) -> [UInt8]? {
        let descriptor = open("\(path)/\(name)", O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var digest = StreamingDigest(.sha256)
        var number = 0
        while true {
            let chunk = Self.chunk(number, of: descriptor)
            if chunk.isEmpty { return digest.finish() }
            digest.update(chunk)
            number += 1
        }
    }

    private static func chunk(_ number: Int, of descriptor: Int32) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: ContentSeal.sealedChunkLength) { buffer, count in
            count = max(0, pread(descriptor, buffer.baseAddress, buffer.count, off_t(number * ContentSeal.sealedChunkLength)))
        }
    }
}
