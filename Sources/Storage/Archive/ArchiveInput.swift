import Glibc
import SignedDocuments

/// An archive that is read from its first byte to its last: a file, or what gpg makes of an encrypted one. Blocks the thread.
package final class ArchiveInput: ByteStream {
    private let descriptor: Int32
    private let canSeek: Bool
    /// The end of what it gives is the archive's end only if it ended well.
    private var program: ChildProgram?
    private let timeoutSeconds: Int

    /// Of a file that is as it is.
    package init(file path: String) throws(SignedDocumentFailure) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unreadable("\(path): \(String(cString: strerror(errno)))") }
        (canSeek, program, timeoutSeconds) = (true, nil, 0)
    }

    /// Of an encrypted file. gpg finds the secret key, and its passphrase if it has one, by the folder `home` and its agent.
    /// Nothing is written in the clear.
    package init(
        decrypting path: String, home: String, program: String = "/usr/bin/gpg", timeoutSeconds: Int = 60
    ) throws(SignedDocumentFailure) {
        let arguments = [
            "--homedir", home, "--no-options", "--batch", "--no-tty", "--quiet", "--max-output", "\(UInt64(1) << 40)",
            "--decrypt",
            "--", path,
        ]
        do throws(ProgramFailure) {
            (self.program, descriptor) = try ChildProgram.reading(from: program, arguments)
        } catch { throw .unreadable("\(error)") }
        (canSeek, self.timeoutSeconds) = (false, timeoutSeconds)
    }

    deinit { close(descriptor) }

    package func read(_ count: Int) throws(SignedDocumentFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        while bytes.count < count {
            let piece = try readPiece(count - bytes.count)
            if piece.isEmpty { break }
            bytes += piece
        }
        return bytes
    }

    package func skip(_ count: UInt64) throws(SignedDocumentFailure) {
        if canSeek {
            guard lseek(descriptor, off_t(clamping: count), SEEK_CUR) >= 0 else {
                throw .unreadable(String(cString: strerror(errno)))
            }
            return
        }
        var left = count
        while left > 0 {
            let bytes = try readPiece(Int(min(left, 64 << 10)))
            if bytes.isEmpty { return }
            left -= UInt64(bytes.count)
        }
    }

    private func readPiece(_ count: Int) throws(SignedDocumentFailure) -> [UInt8] {
        if program != nil {
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, Int32(clamping: timeoutSeconds * 1000)) > 0 else {
                throw .unreadable("the program that decrypts gives nothing for \(timeoutSeconds) seconds")
            }
        }
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, found in
            var outcome = -1
            repeat { outcome = Glibc.read(descriptor, buffer.baseAddress, count) } while outcome < 0 && errno == EINTR
            failure = outcome < 0 ? errno : 0
            found = max(0, outcome)
        }
        guard failure == 0 else { throw .unreadable(String(cString: strerror(failure))) }
        if bytes.isEmpty, let program {
            self.program = nil
            do { try program.finish(within: timeoutSeconds) } catch { throw .unreadable("\(error)") }
        }
        return bytes
    }
}
