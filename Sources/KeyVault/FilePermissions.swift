import Foundation

/// Who may read a file with secrets.
package enum FilePermissions {
    /// Refuses a file that is not regular, belongs to another user, or that others may read or change. Checks the path itself; for
    /// reading, `PrivateFile` checks what it has opened.
    package static func requirePrivate(_ path: String) throws(KeyVaultFailure) {
        var information = stat()
        guard lstat(path, &information) == 0 else { throw .file(path: path, reason: systemReason()) }
        try require(information, path)
    }

    static func require(_ information: stat, _ path: String) throws(KeyVaultFailure) {
        guard information.st_mode & S_IFMT == S_IFREG else { throw .notRegular(path: path) }
        guard information.st_uid == geteuid() || information.st_uid == 0 else {
            throw .foreignOwner(path: path, user: information.st_uid)
        }
        let mode = information.st_mode & 0o777
        guard mode & 0o077 == 0 || isServiceCredential(information) else { throw .notPrivate(path: path, mode: mode) }
    }

    /// A credential of systemd belongs to root:root and is readable to the service by an access control list, whose mask shows as the
    /// group's read permission.
    private static func isServiceCredential(_ information: stat) -> Bool {
        information.st_uid == 0 && information.st_gid == 0 && information.st_mode & 0o037 == 0
    }
}

/// The operating system's words for the last failure on this thread.
func systemReason() -> String { String(cString: strerror(errno)) }
