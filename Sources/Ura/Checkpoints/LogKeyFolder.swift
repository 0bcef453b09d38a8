import Foundation
import KeyVault
import MessageLog
import XRoadModel

/// What stands beside a log for its checkpoints: the key that signs them, the owner's statements on this and former keys, and the last
/// checkpoint as a file of its own.
struct LogKeyFolder: Sendable {
    private let log: String
    private static let maximumStatements = 10_000

    /// `log` is the folder of the log.
    init(log: String) { self.log = log }

    var key: String { log + "/checkpoint.key" }
    private var statements: String { log + "/logkeys" }

    /// Every statement, the oldest first. One that cannot be read is an error: it may be the one that matters.
    func certifiedKeys() throws -> [CertifiedLogKey] {
        let manager = FileManager.default
        guard manager.fileExists(atPath: statements) else { return [] }
        let names = try manager.contentsOfDirectory(atPath: statements).filter { $0.hasSuffix(".asice") }
        guard names.count <= Self.maximumStatements else {
            throw CommandFailure("\(statements) holds \(names.count) statements, limit \(Self.maximumStatements)")
        }
        return try names.map { name in
            let path = "\(statements)/\(name)"
            do { return try CertifiedLogKey(reading: FileBytes.read(path)) } catch { throw CommandFailure("\(path): \(error)") }
        }.sorted { $0.statement.time < $1.statement.time }
    }

    /// Durable when this returns.
    func add(_ certified: CertifiedLogKey) throws {
        try FileManager.default.createDirectory(
            atPath: statements, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let statement = certified.statement
        let name = "\(String(statement.key.identifier, radix: 16))-\(statement.time.millisecondsSince1970).asice"
        try DurableFile.replace("\(statements)/\(name)", certified.encoded)
    }
}
