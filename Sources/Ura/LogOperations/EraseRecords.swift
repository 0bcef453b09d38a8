import MessageLog
import PKI
import XRoadModel

/// `ura log erase --execute`: what a plan names and two operators have approved is erased, in pieces that one entry of the log can
/// name each. If the process dies between two pieces, the same plan goes on with the next.
struct EraseRecords: LogOperation {
    static let path = "/log/erase"
    /// Plan and approvals as their files are.
    let plan: String
    let approvals: [String]

    /// Records that are erased in one transaction, which holds up everybody's commit.
    static let recordsOfEvent: Int64 = 5_000

    struct Answer: Codable {
        let entries: [String]
        let records: Int64
        let operators: [String]
    }

    func perform(at desk: LogDesk, by caller: Caller) async throws -> Answer {
        let plan = try ErasurePlan(reading: Array(plan.utf8))
        let approvals = try approvals.map { text throws(MessageLogFailure) in try ErasureApproval(reading: Array(text.utf8)) }
        let approved = try ApprovedErasure.check(plan, approvals, by: desk.settings().loadOperators(), at: desk.now())
        let remainder = try await desk.journal.reader.remainder(of: plan)
        let statement = [
            "case": plan.matter.description, "plan": Hexadecimal.encode(plan.digest),
            "operators": approved.operators.joined(separator: ","),
        ]
        var entries: [String] = []
        for piece in remainder.pieces(ofNumbers: Self.recordsOfEvent) {
            let event = desk.event("erasure", statement.merging(["records": "\(piece)"]) { $1 }, by: caller)
            entries.append(try await desk.journal.erase(piece, event: event).name)
        }
        return Answer(entries: entries, records: remainder.count, operators: approved.operators)
    }
}
