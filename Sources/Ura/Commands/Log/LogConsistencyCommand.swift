import ArgumentParser
import MessageLog
import Storage

struct LogConsistencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Writes a proof that the log only grew between two of its checkpoints (JSON).")

    @Option(help: "Settings file of the security server.")
    var settings: String

    @Option(help: "Entries of the earlier checkpoint.")
    var from: Int64

    @Option(help: "Entries of the later one.")
    var to: Int64

    @Option(help: "File to write.")
    var out: String

    func validate() throws {
        guard 0 < from, from <= to else {
            throw ValidationError("--from and --to are sizes of checkpoints, the smaller one first")
        }
    }

    func run() async throws {
        let reader = try LogReader.open(settings)
        let proof = try await LogProver(tree: reader, checkpoints: reader).consistency(from: from, to: to)
        try FileBytes.write(proof.encoded, to: out)
    }
}
