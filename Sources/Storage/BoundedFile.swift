import Glibc
import GlobalConfiguration

/// A file read whole, up to a limit that is checked on what is read and not on what the file says of itself.
enum BoundedFile {
    /// nil where there is no such file.
    static func read(_ path: String, maximumBytes: Int) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure(path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path) }
        // One byte more shows the end without another call; a file that grows meanwhile is read on.
        var bytes = [UInt8](repeating: 0, count: min(maximumBytes, Int(status.st_size)) + 1)
        var count = 0
        while true {
            let read = bytes.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return Glibc.read(descriptor, rest.baseAddress, rest.count)
            }
            guard read > 0 else {
                if read == 0 { break }
                if errno == EINTR { continue }
                throw failure(path)
            }
            count += read
            guard count <= maximumBytes else { throw ConfigurationFailure.tooLarge(path) }
            if count == bytes.count { bytes += [UInt8](repeating: 0, count: count) }
        }
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    private static func failure(_ path: String) -> DurableFilesFailure {
        DurableFilesFailure(step: "read", path: path, reason: String(cString: strerror(errno)))
    }
}
