import MessageLog

/// Puts into the log that somebody looks into it or takes records out of it: before they are shown or written.
struct RecordAccess: LogOperation {
    static let path = "/log/access"

    enum Kind: String, Codable {
        case search, export, sample
    }

    let kind: Kind
    /// What was asked for, and which records it is about. Nothing of it can be erased later: only what is in the log already.
    let request: [String: String]
    let proof: OperatorProof?

    /// Ranges that one event names.
    static let rangesOfEvent = 10_000

    struct Answer: Codable {
        let entry: String
    }

    /// Where operators are named, records leave the log only for one of them and for a case.
    func perform(at desk: LogDesk, by caller: Caller) async throws -> Answer {
        let settings = desk.settings()
        let operators = try settings.loadOperators()
        if kind != .search, !settings.operators.isEmpty {
            guard proof != nil else {
                throw CommandFailure("an operator has to sign: --operator and --key")
            }
            guard request["case"] != nil else { throw CommandFailure("a case has to be named: --case") }
        }
        var statement = request
        if let proof {
            try proof.check(request, by: operators, at: desk.now())
            statement["operator"] = proof.operator
        }
        return Answer(entry: try await desk.journal.record(desk.event(kind.rawValue, statement, by: caller)).name)
    }
}
