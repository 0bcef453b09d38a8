import ArgumentParser
import Exchange
import Logging
import ServiceLifecycle

struct SecurityServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "security-server", abstract: "Consumer's and provider's side of exchanges, with the message log.")

    @Option(help: "Settings file (YAML, mode 0600).")
    var settings: String

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        let log = Logger(label: "ura.security-server")
        let services = try await SecurityServerAssembly(settings: settings, log: log).services()
        log.info(
            "security server is up",
            metadata: ["identifier": "\(settings.identifier)", "version": "\(OwnSecurityServer.version)"])
        try await ServiceGroup(services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: log).run()
    }
}
