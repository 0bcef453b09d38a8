import Glibc
import Synchronization

/// A folder of a store: only its owner may look inside, and one process at a time may write.
struct PrivateFolder: Sendable {
    let path: String

    /// Creates the folder where it is missing (its parent must be there); refuses one that others can read.
    init(path: String) throws(StorageFailure) {
        self.path = path
        if mkdir(path, 0o700) == 0 {
            // What is synced in a folder survives a loss of power only if the folder does.
            guard Self.sync(path + "/..") else { throw .cannotOpen(path: path, detail: Self.reason) }
        } else if errno != EEXIST {
            throw .cannotOpen(path: path, detail: Self.reason)
        }
        try Self.requirePrivate(path)
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// The file, created empty and private where it is missing. Nothing may have it open through SQLite: closing a descriptor of a
    /// file drops the process's locks on it (POSIX fcntl).
    func privateFile(_ name: String) throws(StorageFailure) -> String {
        let file = file(name)
        let descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: file, detail: Self.reason) }
        close(descriptor)
        try Self.requirePrivate(file)
        return file
    }

    static func sync(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(descriptor) }
        return descriptor >= 0 && fsync(descriptor) == 0
    }

    private static func requirePrivate(_ path: String) throws(StorageFailure) {
        var status = stat()
        guard stat(path, &status) == 0 else { throw .cannotOpen(path: path, detail: reason) }
        let mode = status.st_mode & 0o777
        guard mode & 0o077 == 0 else { throw .notPrivate(path: path, mode: String(mode, radix: 8)) }
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

/// Held by the one process that writes in a folder; given up at the latest when the process ends, however it ends.
final class FolderLock: Sendable {
    private let descriptor: Mutex<Int32?>

    init(_ folder: PrivateFolder) throws(StorageFailure) {
        let path = folder.file("lock")
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, detail: String(cString: strerror(errno))) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw .inUse(path: folder.path)
        }
        self.descriptor = Mutex(descriptor)
    }

    func release() {
        descriptor.withLock { descriptor in
            if let descriptor { close(descriptor) }
            descriptor = nil
        }
    }

    deinit { release() }
}
