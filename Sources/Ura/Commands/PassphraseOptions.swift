import ArgumentParser
import KeyVault

/// Where the passphrase of encrypted keys comes from: never from an argument or a settings file.
struct PassphraseOptions: ParsableArguments {
    @Option(help: "File with the passphrase (mode 0600), as a service manager's credential.")
    var passphraseFile: String?

    @Option(help: "Open file descriptor to read the passphrase from.")
    var passphraseDescriptor: Int32?

    func read() throws -> Passphrase {
        switch (passphraseFile, passphraseDescriptor) {
        case (let file?, nil): try Passphrase.read(from: .file(file))
        case (nil, let descriptor?): try Passphrase.read(from: .fileDescriptor(descriptor))
        default: throw ValidationError("name exactly one of --passphrase-file and --passphrase-descriptor")
        }
    }
}
