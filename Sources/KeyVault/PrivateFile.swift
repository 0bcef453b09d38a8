import Foundation
import PKI

/// Files with secrets.
package enum PrivateFile {
    /// The whole file, which must be private (`FilePermissions`) and no longer than `limit` bytes.
    package static func read(_ path: String, limit: Int) throws(KeyVaultFailure) -> SecretBytes {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { throw .file(path: path, reason: systemReason()) }
        defer { close(descriptor) }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else { throw .file(path: path, reason: systemReason()) }
        try FilePermissions.require(information, path)
        // A buffer of the file's own size: what is allocated is also cleared and wiped.
        return try readAll(descriptor, named: path, limit: min(limit, max(0, Int(information.st_size))))
    }

    /// Reads to the end; leaves no copy behind.
    static func readAll(_ descriptor: Int32, named source: String, limit: Int) throws(KeyVaultFailure) -> SecretBytes {
        let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: limit + 1)
        buffer.initialize(repeating: 0)
        defer {
            SecretBytes.wipe(buffer)
            buffer.deallocate()
        }
        var count = 0
        while count < buffer.count {
            let received = Foundation.read(descriptor, buffer.baseAddress?.advanced(by: count), buffer.count - count)
            if received == 0 { break }
            if received > 0 {
                count += received
            } else if errno != EINTR {
                throw .file(path: source, reason: systemReason())
            }
        }
        guard count <= limit else { throw .tooLarge(path: source, limit: limit) }
        return SecretBytes(copying: UnsafeBufferPointer(rebasing: buffer[..<count]))
    }

    /// Makes a file of mode 0600 that is durable and whole when this returns; refuses to replace one.
    package static func create(_ path: String, _ bytes: [UInt8]) throws(KeyVaultFailure) {
        let temporary = try DurableFile.writeTemporary(besides: path, bytes, mode: 0o600)
        defer { unlink(temporary) }
        guard link(temporary, path) == 0 else {
            throw errno == EEXIST ? .exists(path: path) : .file(path: path, reason: systemReason())
        }
        try DurableFile.synchronizeFolder(of: path)
    }
}
