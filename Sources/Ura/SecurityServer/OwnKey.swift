import Foundation
import KeyVault
import PKI

/// A key file and the certificate that goes with it.
struct OwnKey {
    let key: PrivateKey
    let certificate: Certificate
    /// The certificate first, then what its file holds of the way to the authority.
    let chain: [Certificate]

    init(_ pair: SecurityServerSettings.KeyPair, _ passphrase: Passphrase) throws {
        key = try KeyFile.load(path: pair.key, passphrase: passphrase)
        chain = try Certificate.all(pem: String(decoding: try FileBytes.read(pair.certificate), as: UTF8.self))
        guard let first = chain.first else { throw CommandFailure("\(pair.certificate) holds no certificate") }
        certificate = first
        guard certificate.publicKey.subjectPublicKeyInfo == key.publicKey.subjectPublicKeyInfo else {
            throw CommandFailure("\(pair.certificate) is not the certificate of \(pair.key)")
        }
    }
}

/// What a command tells before it gives up.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Small files, read whole.
enum FileBytes {
    static func read(_ path: String) throws -> [UInt8] {
        do { return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
            throw CommandFailure("\(path) cannot be read: \(error.localizedDescription)")
        }
    }

    /// A file that others made, no longer than `limit` bytes.
    static func read(_ path: String, limit: Int) throws -> [UInt8] {
        let bytes: Data?
        do {
            let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? file.close() }
            bytes = try file.read(upToCount: limit + 1)
        } catch {
            throw CommandFailure("\(path) cannot be read: \(error.localizedDescription)")
        }
        guard let bytes, bytes.count <= limit else {
            throw CommandFailure(bytes == nil ? "\(path) is empty" : "\(path) is longer than \(limit) bytes")
        }
        return [UInt8](bytes)
    }

    static func write(_ bytes: [UInt8], to path: String) throws {
        do { try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic) } catch {
            throw CommandFailure("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
