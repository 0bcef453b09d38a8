import MessageLog

/// `ura log hold`: records of a case are neither erased nor removed until it is released.
struct PlaceHold: LogOperation {
    static let path = "/log/hold"
    let matter: String
    let selection: [String: String]

    struct Answer: Codable {
        /// Name of the entry in the log.
        let entry: String
    }

    func perform(at desk: LogDesk, by caller: Caller) async throws -> Answer {
        guard let matter = CaseName(matter) else { throw CommandFailure("“\(DisplayText.escape(matter))” is no name for a case") }
        guard let selection = LogSelection(fields: selection) else { throw CommandFailure("the selection is not in its form") }
        var statement = ["case": matter.description]
        for (name, value) in selection.fields { statement["selection-\(name)"] = value }
        let event = desk.event("hold", statement, by: caller)
        let entry = try await desk.journal.placeHold(caseName: matter.description, filter: selection.json, event: event)
        return Answer(entry: entry.name)
    }
}

/// `ura log release`: the holds of a case end.
struct ReleaseHold: LogOperation {
    static let path = "/log/release"
    let matter: String

    struct Answer: Codable {
        let entry: String
    }

    func perform(at desk: LogDesk, by caller: Caller) async throws -> Answer {
        guard let matter = CaseName(matter) else { throw CommandFailure("“\(DisplayText.escape(matter))” is no name for a case") }
        let event = desk.event("release", ["case": matter.description], by: caller)
        return Answer(entry: try await desk.journal.releaseHolds(caseName: matter.description, event: event).name)
    }
}
