import Foundation
import PKI

/// Files that are whole after a crash: the old content or the new, never a part.
package enum DurableFile {
    /// Replaces or makes the file. When this returns, the new content is on disk.
    package static func replace(_ path: String, _ bytes: [UInt8], mode: mode_t = 0o600) throws(KeyVaultFailure) {
        let temporary = try writeTemporary(besides: path, bytes, mode: mode)
        // Dying here leaves the old file and a temporary one.
        guard rename(temporary, path) == 0 else {
            let reason = systemReason()
            unlink(temporary)
            throw .file(path: path, reason: reason)
        }
        try synchronizeFolder(of: path)
    }

    /// A synchronized file in the same folder; gives its path.
    static func writeTemporary(besides path: String, _ bytes: [UInt8], mode: mode_t) throws(KeyVaultFailure) -> String {
        let temporary = path + "." + Hexadecimal.encode(Randomness.bytes(8))
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .file(path: path, reason: systemReason()) }
        defer { close(descriptor) }
        guard fchmod(descriptor, mode) == 0, writeAll(descriptor, bytes), fsync(descriptor) == 0 else {
            let reason = systemReason()
            unlink(temporary)
            throw .file(path: path, reason: reason)
        }
        return temporary
    }

    private static func writeAll(_ descriptor: Int32, _ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count > 0 {
                    written += count
                } else if errno != EINTR {
                    return false
                }
            }
            return true
        }
    }

    /// Makes a new name in the file's folder durable.
    static func synchronizeFolder(of path: String) throws(KeyVaultFailure) {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file(path: folder, reason: systemReason()) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .file(path: folder, reason: systemReason()) }
    }
}
