import PKI
import SignedDocuments

/// Why a key or a passphrase could not be had or kept, or a key did not sign.
package enum KeyVaultFailure: Error, Equatable {
    /// `reason` is the operating system's.
    case file(path: String, reason: String)
    case notRegular(path: String)
    /// Others than the owner may read or change the file; `mode` is its permission bits.
    case notPrivate(path: String, mode: UInt32)
    case foreignOwner(path: String, user: UInt32)
    case tooLarge(path: String, limit: Int)
    case exists(path: String)
    case emptyPassphrase(source: String)
    case notEncrypted(path: String)
    case key(path: String, PKIFailure)
    /// More messages wait for the key than may, or one waited longer than it may.
    case signingOverloaded(waiting: Int)
    case signing(SignedDocumentFailure)
}

extension KeyVaultFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .file(let path, let reason): "\(path): \(reason)"
        case .notRegular(let path): "\(path) is not a regular file"
        case .notPrivate(let path, let mode):
            "\(path) has mode \(String(mode, radix: 8)): only its owner may read it (chmod 600)"
        case .foreignOwner(let path, let user): "\(path) belongs to user \(user), neither us nor root"
        case .tooLarge(let path, let limit): "\(path) is longer than \(limit) bytes"
        case .exists(let path): "\(path) exists and is not overwritten"
        case .emptyPassphrase(let source): "passphrase in \(source) is empty"
        case .notEncrypted(let path): "private key in \(path) is not encrypted"
        case .key(let path, let failure): "\(path): \(failure)"
        case .signingOverloaded(let waiting): "the signing key is overloaded: \(waiting) messages wait"
        case .signing(let failure): "\(failure)"
        }
    }
}
