import ArgumentParser
import MessageLog

struct LogListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists records, the newest first.")
    @Option(help: "Settings file of the security server.") var settings: String
    @Option(help: "At most so many.") var limit = 50
    @Flag(help: "One JSON object per line.") var json = false

    func run() async throws {
        let entries = try await LogReader.open(settings).list(LogFilter(), limit: limit)
        if json {
            for entry in entries { print(try entry.json) }
        } else {
            print(LoggedEntry.heading)
            for entry in entries { print(entry.line) }
        }
    }
}
