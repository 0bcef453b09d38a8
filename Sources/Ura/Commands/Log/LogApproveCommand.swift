import ArgumentParser
import KeyVault
import MessageLog
import PKI

struct LogApproveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve", abstract: "Signs the plan of an erasure as an operator; needs neither server nor settings.",
        discussion: """
            Prints what the plan would erase and writes the approval. Two different operators, as the server's settings name them,
            have to approve before `ura log erase --execute` erases anything.
            """)

    @Option(help: "Plan that `ura log erase` wrote.") var plan: String
    @Option(help: "Name of the operator, as the settings of the security server have it.") var `operator`: String
    @Option(help: "The operator's private key (encrypted PEM, mode 0600).") var key: String
    @Option(help: "Approval to write (default: the plan's name with the operator's and .approval).") var out: String?
    @OptionGroup var passphrase: PassphraseOptions

    func run() throws {
        let plan = try ErasurePlan(reading: FileBytes.read(self.plan, limit: ErasurePlan.maximumBytes))
        let now = SystemEnvironment().now()
        guard now < plan.expires else { throw CommandFailure("\(self.plan) expired at \(plan.expires)") }
        print(plan.summary)
        let key = try KeyFile.load(path: key, passphrase: passphrase.read())
        let approval = try ErasureApproval.sign(plan, as: self.operator, key: key, at: now)
        let out = out ?? "\(self.plan).\(self.operator).approval"
        try FileBytes.write(approval.encoded(), to: out)
        print("approved by \(self.operator): \(out)")
    }
}

extension ErasurePlan {
    /// For whoever decides on it.
    var summary: String {
        """
        case       \(matter)
        log        \(log)
        selection  \(DisplayText.escape("\(selection)"))
        erases     \(records.count) records: \(Self.short(records))
        keeps      \(held.count) records under a hold: \(Self.short(held))
                   \(unstamped.count) records without a time-stamp: \(Self.short(unstamped))
        made       \(created), good until \(expires)
        digest     \(Hexadecimal.encode(digest))
        """
    }

    private static func short(_ ranges: RecordRanges) -> String {
        let text = "\(ranges)"
        return text.isEmpty ? "none" : text.count <= 400 ? text : text.prefix(400) + "…"
    }
}
