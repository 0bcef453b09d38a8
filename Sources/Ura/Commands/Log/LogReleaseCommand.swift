import ArgumentParser
import MessageLog

struct LogReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release", abstract: "Ends the holds of a case: retention and erasure may go on.")

    @Option(help: "Settings file of the security server.") var settings: String
    @Option(name: .customLong("case"), help: "Name of the case.") var matter: String

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        let release = ReleaseHold(matter: try CommandText.matter(matter).description)
        print("released, entry \(try await settings.perform(release).entry)")
    }
}
