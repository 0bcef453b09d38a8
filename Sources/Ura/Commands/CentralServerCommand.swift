import ArgumentParser
import CentralServer
import GlobalConfiguration
import KeyVault
import Logging
import NIOPosix
import Networking
import ServiceLifecycle
import Yams

struct CentralServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "central-server", abstract: "Publishes the signed global configuration out of a registry file.",
        subcommands: [Serve.self, Anchor.self], defaultSubcommand: Serve.self)

    struct Serve: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Serves the configuration and signs it anew every minute.")

        @Option(help: "Settings file (YAML, mode 0600).")
        var settings: String

        func run() async throws {
            let settings = try CentralServerSettings.load(settings)
            let log = Logger(label: "ura.central-server")
            let publisher = try settings.publisher()
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            let listener = HTTPListener(
                address: settings.listener.address, port: settings.listener.port, tls: nil, group: group, log: log
            ) { exchange in
                let parts = exchange.target.split(separator: "?", maxSplits: 1).map(String.init)
                guard exchange.method == "GET" || exchange.method == "HEAD", let path = parts.first else {
                    try? await exchange.respond(status: 405)
                    return
                }
                let answer = publisher.answer(path: path, query: parts.count == 2 ? parts[1] : nil)
                // A client that is gone needs no answer.
                try? await exchange.respond(
                    status: answer.status, headers: [("Content-Type", answer.contentType)], body: answer.body)
            }
            try await listener.bind()
            log.info("central server is up", metadata: ["configuration": "\(settings.downloadURL)"])
            let signing = ConfigurationSigning(publisher: publisher, settings: settings, log: log)
            try await ServiceGroup(services: [listener, signing], gracefulShutdownSignals: [.sigterm, .sigint], logger: log).run()
        }
    }

    struct Anchor: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Writes the anchor that security servers are given.")

        @Option(help: "Settings file (YAML, mode 0600).")
        var settings: String

        @Option(help: "File to write.")
        var out: String

        func run() throws {
            let settings = try CentralServerSettings.load(settings)
            let anchor = try settings.publisher().anchor(
                downloadURL: settings.downloadURL, generatedAt: SystemEnvironment().now())
            try FileBytes.write(anchor.encoded(), to: out)
        }
    }
}

extension CentralServerSettings {
    /// With the registry as its file stands now.
    func publisher() throws -> ConfigurationPublisher {
        let own = try OwnKey(signing, Passphrase.read(from: passphrase))
        return try ConfigurationPublisher(
            registry: readRegistry(), key: own.key, certificate: own.certificate, validitySeconds: Int64(validitySeconds),
            at: SystemEnvironment().now())
    }

    func readRegistry() throws -> Registry {
        let folder = SettingsFolder(ofFile: registry)
        do {
            let document = try YAMLDecoder().decode(
                RegistryDocument.self, from: String(decoding: try FileBytes.read(registry), as: UTF8.self))
            return try Registry(document, reading: { try FileBytes.read(folder.resolve($0)) })
        } catch { throw CommandFailure("\(registry): \(error)") }
    }
}

/// Signs the configuration anew before it expires, and takes up a registry file that has changed.
private struct ConfigurationSigning: Service {
    let publisher: ConfigurationPublisher
    let settings: CentralServerSettings
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while (try? await Task.sleep(for: .seconds(settings.signingIntervalSeconds))) != nil {
                do {
                    try publisher.replace(settings.readRegistry(), at: SystemEnvironment().now())
                } catch {
                    log.error("the registry cannot be used; the last good one stays", metadata: ["reason": "\(error)"])
                    signAgain()
                }
            }
        }
    }

    private func signAgain() {
        do { try publisher.sign(at: SystemEnvironment().now()) } catch {
            log.error("the configuration cannot be signed", metadata: ["reason": "\(error)"])
        }
    }
}
