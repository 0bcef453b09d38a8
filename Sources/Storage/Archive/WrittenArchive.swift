import Foundation
import MessageLog

/// An archive on its way to the disk, through the encryption where there is one: then no clear byte is written.
///
/// Sendable: what it owns is touched only in the work that it gives to `queue`, which does one piece at a time.
final class WrittenArchive: ArchiveFile, @unchecked Sendable {
    let temporaryName: String
    private let path: String
    private let descriptor: Int32
    private let encryptor: Encryptor?
    private let queue: BlockingQueue

    init(path: String, temporaryName: String, _ descriptor: Int32, _ encryptor: Encryptor?, _ queue: BlockingQueue) {
        self.path = path
        self.temporaryName = temporaryName
        self.descriptor = descriptor
        self.encryptor = encryptor
        self.queue = queue
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8]) async throws(MessageLogFailure) {
        try await queue.run { [self] () throws(MessageLogFailure) in
            if let encryptor { return try encryptor.write(bytes) }
            try Self.write(bytes, to: descriptor)
        }
    }

    func finish() async throws(MessageLogFailure) {
        try await queue.run { [self] () throws(MessageLogFailure) in
            try encryptor?.finish()
            guard fsync(descriptor) == 0 else { throw ArchiveFolder.failure("sync an archive") }
        }
    }

    func discard() async {
        await queue.run { [self] () in
            encryptor?.end()
            unlink(path)
        }
    }

    static func write(_ bytes: [UInt8], to descriptor: Int32) throws(MessageLogFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.write(descriptor, $0.baseAddress?.advanced(by: written), bytes.count - written)
            }
            guard count > 0 || errno == EINTR else { throw ArchiveFolder.failure("write an archive") }
            written += max(0, count)
        }
    }
}
