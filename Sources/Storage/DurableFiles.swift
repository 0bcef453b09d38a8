import Foundation

/// File operations that are on the disk when they return.
enum DurableFiles {
    /// Renames over what is there. Before this returns, a crash leaves either the former name or the new one.
    static func rename(_ from: URL, to target: URL) throws {
        guard Glibc.rename(from.path, target.path) == 0 else { throw failure("rename to", target) }
        try synchronize(target.deletingLastPathComponent())
    }

    /// Writes a file's content, or a folder's entries, through to the disk.
    static func synchronize(_ url: URL) throws {
        let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("open", url) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("sync", url) }
    }

    private static func failure(_ step: String, _ url: URL) -> DurableFilesFailure {
        DurableFilesFailure(step: step, path: url.path, reason: String(cString: strerror(errno)))
    }
}

struct DurableFilesFailure: Error, CustomStringConvertible {
    let step: String
    let path: String
    let reason: String

    var description: String { "\(step) \(path): \(reason)" }
}
