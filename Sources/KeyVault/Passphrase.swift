import Foundation
import PKI

/// What opens an encrypted private key. It never comes from arguments, settings or the environment, where others could see it.
package struct Passphrase: Sendable {
    package enum Source: Sendable, Hashable {
        /// Read to its end and closed.
        case fileDescriptor(Int32)
        /// A private file, for example a service credential.
        case file(String)
    }

    package let secret: SecretBytes

    private static let maximumBytes = 1024

    /// One line end after the passphrase is dropped.
    package static func read(from source: Source) throws(KeyVaultFailure) -> Passphrase {
        switch source {
        case .file(let path):
            return try Passphrase(PrivateFile.read(path, limit: maximumBytes), source: path)
        case .fileDescriptor(let descriptor):
            defer { close(descriptor) }
            let name = "file descriptor \(descriptor)"
            return try Passphrase(PrivateFile.readAll(descriptor, named: name, limit: maximumBytes), source: name)
        }
    }

    /// A passphrase that this program made or that protects nothing.
    package init(_ bytes: [UInt8]) throws(KeyVaultFailure) {
        try self.init(SecretBytes(bytes), source: "memory")
    }

    private init(_ content: SecretBytes, source: String) throws(KeyVaultFailure) {
        secret = content.withBytes { bytes in
            let line = bytes.last == 0x0A ? bytes.dropLast() : bytes[...]
            return SecretBytes(copying: UnsafeBufferPointer(rebasing: line))
        }
        guard secret.count > 0 else { throw .emptyPassphrase(source: source) }
    }
}
