import Glibc
import MessageLog
import PKI
import Synchronization

/// The encrypted file of one large body (`ContentSeal`), under a temporary name that goes with the value. If the process dies the
/// file stays until the journal opens its folder again; without the key, which only memory held, it tells nothing.
final class SpoolFile: Sendable {
    let key: ContentKey
    private let descriptor: Int32
    private let path: String
    /// Of the chunks that are written, in order.
    private let digest = Mutex(StreamingDigest(.sha256))

    init(folder: String) throws(NetworkingFailure) {
        guard let key = ContentKey(bytes: Randomness.bytes(AuthenticatedEncryption.keyLength)) else {
            throw .spoolFailed(step: "key", reason: "no key")
        }
        path = "\(folder)/spool-\(Hexadecimal.encode(Randomness.bytes(16)))"
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure("create") }
        self.key = key
    }

    deinit {
        close(descriptor)
        unlink(path)
    }

    /// Seals `bytes` as chunks from `number` on; all are full but the body's last. Blocks the thread.
    func write(_ bytes: ArraySlice<UInt8>, from number: Int, isEnd: Bool) throws(NetworkingFailure) {
        var number = number
        var rest = bytes
        while !rest.isEmpty {
            let chunk = rest.prefix(ContentSeal.chunkLength)
            rest = rest.dropFirst(chunk.count)
            try write(Array(chunk), number: number, isLast: isEnd && rest.isEmpty)
            number += 1
        }
    }

    private func write(_ chunk: [UInt8], number: Int, isLast: Bool) throws(NetworkingFailure) {
        let sealed: [UInt8]
        do {
            sealed = try ContentSeal.seal(chunk, number: number, isLast: isLast, key: key)
        } catch {
            throw .spoolFailed(step: "seal", reason: "\(error)")
        }
        digest.withLock { $0.update(sealed) }
        var written = 0
        while written < sealed.count {
            let offset = off_t(number * ContentSeal.sealedChunkLength + written)
            let count = sealed.withUnsafeBytes {
                pwrite(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written, offset)
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write") }
            written += count
        }
    }

    /// SHA-256 of the file as it is now.
    private var sealedDigest: [UInt8] {
        digest.withLock { digest in
            var copy = digest
            return copy.finish()
        }
    }

    /// The chunk, opened. Blocks the thread.
    func read(number: Int, of count: Int) throws(NetworkingFailure) -> [UInt8] {
        let sealed: [UInt8]
        do {
            sealed = try [UInt8](unsafeUninitializedCapacity: ContentSeal.sealedChunkLength) { buffer, count in
                let offset = off_t(number * ContentSeal.sealedChunkLength)
                let read = pread(descriptor, buffer.baseAddress, buffer.count, offset)
                guard read >= 0 else { throw Self.failure("read") }
                count = read
            }
            if let chunk = try ContentSeal.open(sealed, number: number, isLast: number == count - 1, key: key) { return chunk }
        } catch let failure as NetworkingFailure {
            throw failure
        } catch {
            throw .spoolFailed(step: "open", reason: "\(error)")
        }
        throw .spoolFailed(step: "open", reason: "chunk \(number) is not what was written")
    }

    /// What a caller of the journal holds: the file, how much of it counts, and the body's SHA-512.
    func sealed(byteCount: Int, digest: [UInt8]) -> any SealedFile { Sealed(file: self, byteCount: byteCount, digest: digest) }

    private struct Sealed: SealedFile {
        let file: SpoolFile
        let byteCount: Int
        let digest: [UInt8]
        var key: ContentKey { file.key }
        var sealedDigest: [UInt8] { file.sealedDigest }

        func link(to path: String) throws(MessageLogFailure) {
            guard fsync(file.descriptor) == 0 else { throw Self.failure("sync content file") }
            guard Glibc.link(file.path, path) == 0 else { throw Self.failure("link content file") }
        }

        private static func failure(_ step: String) -> MessageLogFailure {
            let detail = String(cString: strerror(errno))
            return errno == ENOSPC || errno == EDQUOT ? .storageFull(detail: detail) : .storageFailed(step: step, detail: detail)
        }
    }

    private static func failure(_ step: String) -> NetworkingFailure {
        .spoolFailed(step: step, reason: String(cString: strerror(errno)))
    }
}
