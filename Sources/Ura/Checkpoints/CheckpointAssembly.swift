import Foundation
import KeyVault
import Logging
import MessageLog
import Networking
import PKI
import Storage
import XRoadModel

/// What signs the log of a security server, put together.
struct CheckpointAssembly {
    let settings: SecurityServerSettings
    let http: OutboundHTTP
    let configuration: ConfigurationRefresh
    let certificates: OwnCertificates
    let journal: SQLiteJournal
    let environment: SystemEnvironment
    let log: Logger

    /// Makes the log's key at first start. Refuses a log that is not the one of its last checkpoint: it was rolled back or changed, and
    /// going on with it would sign that away.
    func service(logFolder: String, _ passphrase: Passphrase) async throws -> CheckpointService<SQLiteLogReader> {
        let folder = LogKeyFolder(log: logFolder)
        let checkpoints = settings.checkpoints
        let signer = NoteSigner(name: checkpoints.origin, kind: .note, key: try key(folder, passphrase))
        let tree = journal.reader
        let feeds = checkpoints.witnesses.map { witness in
            WitnessFeed(
                client: WitnessClient(witness: witness, tree: tree, transport: WitnessHTTP(http: http)), store: journal, log: log)
        }
        let service = CheckpointService(
            checkpointer: Checkpointer(tree: tree, store: journal, signer: signer), store: journal, events: journal,
            timestamping: stamper(),
            certifier: LogKeyCertifier(
                server: settings.identifier, key: signer.verifierKey, days: checkpoints.keyDays, folder: folder,
                certificates: certificates),
            known: KnownCheckpoint(log: logFolder), feeds: feeds, settings: checkpoints, environment: environment, log: log)
        try await service.requireUnchangedLog()
        return service
    }

    private func key(_ folder: LogKeyFolder, _ passphrase: Passphrase) throws -> Ed25519PrivateKey {
        let path = settings.checkpoints.key ?? folder.key
        guard FileManager.default.fileExists(atPath: path) else {
            log.info("making the key of the message log's checkpoints", metadata: ["file": "\(path)"])
            return try KeyFile.createEd25519(path: path, passphrase: passphrase)
        }
        return try KeyFile.loadEd25519(path: path, passphrase: passphrase)
    }

    private func stamper() -> CheckpointStamper {
        CheckpointStamper(
            environment: ServerTimestamping(
                configuration: configuration, environment: environment, names: settings.timestamping.authorities, log: log),
            calling: TimestampAuthorityClient(http: http))
    }
}
