import ArgumentParser
import MessageLog

struct LogHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Keeps records of a case, those that are there and those to come, from being erased or removed.",
        discussion: "Without a selection every record is held. The hold ends with `ura log release`.")

    @Option(help: "Settings file of the security server.") var settings: String
    @Option(name: .customLong("case"), help: "Name of the case.") var matter: String
    @OptionGroup var selection: SelectionOptions

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        let hold = PlaceHold(matter: try CommandText.matter(matter).description, selection: try selection.selection().fields)
        print("held, entry \(try await settings.perform(hold).entry)")
    }
}
