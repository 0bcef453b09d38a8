import ArgumentParser
import MessageLog

struct LogHoldsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "holds", abstract: "Lists holds that are in force.")

    @Option(help: "Settings file of the security server.") var settings: String
    @Flag(help: "Also those that were released.") var released = false

    func run() async throws {
        let reader = try LogReader.open(settings)
        for hold in try await reader.holds(includingReleased: released) {
            func name(_ number: Int64) -> String { RecordIdentifier(log: reader.logIdentifier, number: number).name }
            let what = LogSelection(json: hold.filter).map { "\($0)" } ?? hold.filter
            let until = hold.releasedBy.map { ", released by entry \(name($0))" } ?? ""
            print("\(name(hold.number))  \(hold.caseName)  \(DisplayText.escape(what))\(until)")
        }
    }
}
