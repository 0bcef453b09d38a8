import ArgumentParser
import Exchange
import Logging
import ServiceLifecycle
import UnixSignals

struct SecurityServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "security-server", abstract: "Consumer's and provider's side of exchanges, with the message log.",
        subcommands: [Serve.self, Reload.self, Diagnose.self], defaultSubcommand: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Serves until it is told to end (SIGTERM); reads its settings again on SIGHUP.")

        @Option(help: "Settings file (YAML, mode 0600).")
        var settings: String

        func run() async throws {
            // From the beginning: unheard, the signal would end the process.
            let hangups = await UnixSignalsSequence(trapping: .sighup)
            let path = settings
            let settings = try SecurityServerSettings.load(path)
            let log = Logger(label: "ura.security-server")
            let assembly = SecurityServerAssembly(path: path, settings: settings, hangups: hangups, log: log)
            let services = try await assembly.services()
            log.info(
                "security server is up",
                metadata: ["identifier": "\(settings.identifier)", "version": "\(OwnSecurityServer.version)"])
            try await ServiceGroup(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log).run()
        }
    }

    struct Reload: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Has the running server read its settings again; connections and exchanges in flight go on.",
            discussion: "Identifier, listeners, state folder and keys need a restart: the server says so and keeps what it has.")

        @Option(help: "Settings file of the security server.")
        var settings: String

        func run() async throws {
            let folder = StateFolder(existing: try SecurityServerSettings.load(settings).stateFolder)
            guard let answer = try await ControlClient(folder).ask(ReloadSettings()) else {
                throw CommandFailure("no security server runs with the state folder \(folder.path)")
            }
            print(answer.changed.isEmpty ? "nothing changed" : "changed: " + answer.changed.joined(separator: ", "))
        }
    }
}
