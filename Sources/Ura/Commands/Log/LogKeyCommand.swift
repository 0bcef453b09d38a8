import ArgumentParser
import KeyVault
import MessageLog

struct LogKeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key",
        abstract:
            "Tells the log's name and the verifier keys of its checkpoints, the newest last: what a witness is configured with.")

    @Option(help: "Settings file of the security server.")
    var settings: String

    func run() throws {
        let settings = try SecurityServerSettings.load(settings)
        let certified = try LogKeyFolder(log: StateFolder(existing: settings.stateFolder).log).certifiedKeys()
        guard !certified.isEmpty else {
            throw CommandFailure("the log has no certified key yet: the security server makes one when it starts")
        }
        print("origin \(settings.checkpoints.origin)")
        for statement in certified.map(\.statement) {
            print("key \(statement.key.text) from \(statement.time) until \(statement.expires), by \(statement.server.owner)")
        }
    }
}
