import ArgumentParser
import KeyVault
import MessageLog

extension KeyCommand {
    /// Keys of logs and witnesses have a name instead of a certificate.
    struct CreateNote: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create-note",
            abstract: "Makes an Ed25519 key (PKCS#8, encrypted, mode 0600) that signs a log's checkpoints or cosigns them.",
            discussion: "Prints the verifier key (C2SP signed-note), which the other side is configured with.")

        enum Use: String, ExpressibleByArgument, CaseIterable {
            case log, witness

            var kind: NoteVerifierKey.Kind { self == .log ? .note : .cosignature }
        }

        @Option(help: "Who signs with it: log or witness.")
        var use: Use

        @Option(help: "Name of the log (its origin) or of the witness, such as witness.example.org/1.")
        var name: String

        @Option(help: "Key file to make; never replaced.")
        var out: String

        @OptionGroup var passphrase: PassphraseOptions

        func validate() throws {
            guard NoteName(name) != nil else { throw ValidationError("--name must be without spaces and “+”") }
        }

        func run() throws {
            guard let name = NoteName(name) else { return }
            let key = try KeyFile.createEd25519(path: out, passphrase: passphrase.read())
            print(NoteVerifierKey(name: name, kind: use.kind, publicKey: key.publicKey).text)
        }
    }
}
