import Foundation
import KeyVault
import MessageLog

/// The last checkpoint as a file of its own beside the database, so that a database that is replaced by an older one shows. It also is
/// what anybody may be given who wants to see how far the log is.
struct KnownCheckpoint: Sendable {
    let path: String

    init(log: String) { path = log + "/checkpoint" }

    /// Nil where there is none yet. Its signatures are not verified.
    func read() throws -> SignedCheckpoint? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do { return try SignedCheckpoint(FileBytes.read(path)) } catch { throw CommandFailure("\(path): \(error)") }
    }

    /// After the database has it: dying before this leaves the file behind the database, which is no sign of anything.
    func write(_ checkpoint: SignedCheckpoint) throws(KeyVaultFailure) {
        try DurableFile.replace(path, checkpoint.note.encoded)
    }
}
