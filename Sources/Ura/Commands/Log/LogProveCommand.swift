import ArgumentParser
import MessageLog
import Storage

struct LogProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Writes a proof that a record is in the log (C2SP tlog-proof), with the checkpoint it is proven by.")

    @Option(help: "Settings file of the security server.")
    var settings: String

    @Option(help: "Name of the record, as the list gives it.")
    var id: String

    @Option(help: "File to write, by custom NAME.tlog-proof.")
    var out: String

    func run() async throws {
        let reader = try LogReader.open(settings)
        let entry = try await reader.entry(named: id)
        let proof = try await LogProver(tree: reader, checkpoints: reader).inclusion(of: entry)
        try FileBytes.write(proof.encoded, to: out)
    }
}
