import ArgumentParser
import MessageLog

struct LogEraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase", abstract: "Destroys the content of records, for good; two operators have to approve.",
        discussion: """
            First without --execute: shows what a case would erase, and what a hold or a missing time-stamp keeps, and writes the plan.
            Then two operators sign the plan with `ura log approve`. Then with --plan, both approvals and --execute: what the plan names
            can no longer be read by anybody, in archives and copies neither. Who exchanged what with whom and when stays in the log, and
            so does its entry about the erasure.
            """)

    @Option(help: "Settings file of the security server.") var settings: String
    @Option(name: .customLong("case"), help: "Name of the case, for a plan.") var matter: String?
    @OptionGroup var selection: SelectionOptions
    @Option(help: "Plan to write (default: erasure-plan.json), or with --execute to carry out.") var plan: String?
    @Option(help: "Hours that the plan is good for.") var validHours = 72
    @Option(help: "Approval of an operator; two are needed.") var approval: [String] = []
    @Flag(help: "Carry the plan out.") var execute = false

    func validate() throws {
        if execute {
            guard plan != nil, matter == nil else {
                throw ValidationError("--execute goes with --plan and --approval, not with --case")
            }
            return
        }
        guard matter != nil, approval.isEmpty else {
            throw ValidationError("name --case for a plan, or --plan, --approval and --execute")
        }
        guard !(try selection.selection()).isUnlimited else {
            throw ValidationError("name what to erase: --from, --before, --client, --service or --id")
        }
        guard (1...720).contains(validHours) else { throw ValidationError("--valid-hours is from 1 to 720") }
    }

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        if execute { try await erase(settings) } else { try await makePlan(settings) }
    }

    private func makePlan(_ settings: SecurityServerSettings) async throws {
        guard let matter else { return }
        let reader = try LogReader.open(settings)
        let plan = try await reader.plan(
            for: CommandText.matter(matter), selection.selection(),
            needsTimestamp: StateFolder(existing: settings.stateFolder).hasTimestamps(reader), at: SystemEnvironment().now(),
            validSeconds: Int64(validHours) * 3600)
        print(plan.summary)
        guard !plan.records.isEmpty else { return print("nothing to erase; no plan was written") }
        let file = self.plan ?? "erasure-plan.json"
        try FileBytes.write(plan.encoded(), to: file)
        print("plan written to \(file); nothing is erased yet")
    }

    private func erase(_ settings: SecurityServerSettings) async throws {
        guard let plan else { return }
        let operation = EraseRecords(
            plan: String(decoding: try FileBytes.read(plan, limit: ErasurePlan.maximumBytes), as: UTF8.self),
            approvals: try approval.map {
                String(decoding: try FileBytes.read($0, limit: ErasureApproval.maximumBytes), as: UTF8.self)
            })
        let answer = try await settings.perform(operation)
        print("erased \(answer.records) records, approved by \(answer.operators.joined(separator: " and "))")
        for entry in answer.entries { print("entry \(entry)") }
    }
}
