import ArgumentParser
import KeyVault
import Logging
import MessageLog
import NIOPosix
import Networking
import ServiceLifecycle
import Storage

struct WitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract:
            "Cosigns the checkpoints of message logs and remembers them, so that no log can be rolled back or rewritten unseen.",
        subcommands: [Serve.self, Show.self], defaultSubcommand: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Takes checkpoints (C2SP tlog-witness): POST /add-checkpoint, GET /HASH/checkpoint.")

        @Option(help: "Settings file (YAML, mode 0600).")
        var settings: String

        func run() async throws {
            let settings = try WitnessSettings.load(settings)
            let log = Logger(label: "ura.witness")
            let key = try KeyFile.loadEd25519(path: settings.key, passphrase: Passphrase.read(from: settings.passphrase))
            let signer = NoteSigner(name: settings.name, kind: .cosignature, key: key)
            let store = try SQLiteWitnessStore(folder: settings.stateFolder)
            let handler = WitnessHandler(witness: Witness(logs: settings.logs, signer: signer, store: store), log: log)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let listener = HTTPListener(
                address: settings.listener.address, port: settings.listener.port, tls: nil, limits: limits(settings),
                group: group,
                log: log, handler: handler.handle)
            try await listener.bind()
            log.info("witness is up", metadata: ["key": "\(signer.verifierKey.text)", "logs": "\(settings.logs.count)"])
            try await ServiceGroup(services: [listener], gracefulShutdownSignals: [.sigterm, .sigint], logger: log).run()
        }

        private func limits(_ settings: WitnessSettings) -> ListenerLimits {
            var limits = ListenerLimits()
            limits.maximumConnections = settings.maximumConnections
            limits.maximumBodyBytes = WitnessRequest.maximumBytes
            limits.maximumHeadBytes = 8 << 10
            return limits
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints a checkpoint that was cosigned, as ura log check --witness takes it.")

        @Option(help: "Settings file (YAML, mode 0600).")
        var settings: String

        @Option(help: "The log's name.")
        var origin: String

        @Option(help: "Of this size; the last one otherwise.")
        var size: Int64?

        func run() async throws {
            let settings = try WitnessSettings.load(settings)
            guard let origin = NoteName(origin) else { throw ValidationError("--origin is no name of a log") }
            let store = try SQLiteWitnessStore(reading: settings.stateFolder)
            guard let found = try await store.checkpoint(of: origin, size: size) else {
                throw CommandFailure("no such checkpoint of \(origin) was cosigned")
            }
            print(String(decoding: found.note.encoded, as: UTF8.self), terminator: "")
        }
    }
}
