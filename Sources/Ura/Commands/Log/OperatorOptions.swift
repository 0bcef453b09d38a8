import ArgumentParser
import KeyVault
import MessageLog

/// Who asks, where a user id of the machine is not enough.
struct OperatorOptions: ParsableArguments {
    @Option(help: "Name of the operator who asks, as the settings have it.") var `operator`: String?
    @Option(help: "The operator's private key (encrypted PEM, mode 0600).") var key: String?
    @OptionGroup var passphrase: PassphraseOptions

    func validate() throws {
        guard (self.operator == nil) == (key == nil) else { throw ValidationError("--operator and --key go together") }
    }

    /// Nil where no operator is named.
    func proof(of request: [String: String]) throws -> OperatorProof? {
        guard let name = self.operator, let key else { return nil }
        let now = SystemEnvironment().now()
        return try OperatorProof.sign(request, as: name, key: KeyFile.load(path: key, passphrase: passphrase.read()), at: now)
    }
}
