import ArgumentParser
import Foundation
import MessageLog

struct LogVerifyProofCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-proof",
        abstract: "Verifies a proof of ura log prove or ura log consistency; needs no log and no server.",
        discussion: """
            Exit status: 0 the proof holds, 1 it does not, 2 it holds but nothing vouches for its checkpoint, 64 wrong use. What vouches \
            is a checkpoint that you have from elsewhere, or keys that you know.
            """)

    @Argument(help: "The proof.")
    var file: String

    @Option(help: "A checkpoint that you have from a witness, an archive or an earlier proof.")
    var checkpoint: String?

    @Option(help: "Verifier key of the log. Repeatable.")
    var logKey: [String] = []

    @Option(help: "Verifier key of a witness. Repeatable.")
    var witnessKey: [String] = []

    @Flag(help: "A JSON report.")
    var json = false

    func validate() throws { _ = try keys() }

    private func keys() throws -> [NoteVerifierKey] {
        try VerifierKeys.parse(logKey, .note, option: "--log-key")
            + VerifierKeys.parse(witnessKey, .cosignature, option: "--witness-key")
    }

    func run() throws {
        let known = try checkpoint.map { try SignedCheckpoint(FileBytes.read($0)) }
        let report = try ProofVerifier(keys: keys(), checkpoint: known).verify(FileBytes.read(file))
        print(json ? String(decoding: try report.json(), as: UTF8.self) : report.text, terminator: json ? "\n" : "")
        switch report.verdict {
        case .passed: return
        case .failed: throw ExitCode(1)
        case .indeterminate: throw ExitCode(2)
        }
    }
}
