import ArgumentParser
import MessageLog
import XRoadModel

struct LogSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Finds records, the newest first; the log gets an entry about who looked for what.",
        discussion: "Content is not searched: it lies sealed. Exit status: 0 something was found, 1 nothing.")

    enum Form: String, ExpressibleByArgument, CaseIterable {
        case text, json, csv
    }

    @Option(help: "Settings file of the security server.") var settings: String
    @OptionGroup var criteria: CriteriaOptions
    @Option(help: "At most so many.") var limit = 1000
    @Option(help: "text, json (one object to a line) or csv.") var form = Form.text
    @OptionGroup var asker: OperatorOptions

    func validate() throws {
        guard (1...100_000).contains(limit) else { throw ValidationError("--limit is from 1 to 100000") }
    }

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        let found = try await LogReader.open(settings).search(criteria.criteria(), limit: limit)
        // The entry comes first: what cannot be put into the log is not shown.
        let request = criteria.statement(found: found.count)
        _ = try await settings.perform(RecordAccess(kind: .search, request: request, proof: asker.proof(of: request)))
        switch form {
        case .text:
            print(FoundRecord.heading)
            for record in found { print(record.line) }
        case .json:
            for record in found { print(try record.json) }
        case .csv:
            print(CSVLine.encode(FoundRecord.columns), terminator: "")
            for record in found { print(CSVLine.encode(FoundRecord.columns.map { record.fields[$0] ?? "" }), terminator: "") }
        }
        if found.isEmpty { throw ExitCode(1) }
    }
}

/// What records are found by.
struct CriteriaOptions: ParsableArguments {
    @Option(help: "From this time on: 2026-11-23 or 2026-11-23T08:30:00Z.") var from: String?
    @Option(help: "Before this time.") var before: String?
    @Option(help: "Client, INSTANCE/CLASS/MEMBER[/SUBSYSTEM].") var client: String?
    @Option(help: "Service, INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE[/VERSION].") var service: String?
    @Option(help: "Member on either side, INSTANCE/CLASS/MEMBER.") var member: String?
    @Option(help: "Id that the client gave the message.") var messageID: String?
    @Option(help: "Id that the consumer's security server gave the exchange.") var requestID: String?
    @Option(help: "What allowed the exchange, as records say.") var decision: String?
    @Option(help: "consumer or provider: this server's side.") var side: ExchangeSide?
    @Option(help: "request or response.") var direction: MessageDirection?
    @Option(help: "answered or unanswered.") var outcome: SearchCriteria.Outcome?

    func criteria() throws -> SearchCriteria {
        var criteria = SearchCriteria()
        criteria.filter.from = try from.map { try CommandText.time($0, "--from") }
        criteria.filter.to = try before.map { try CommandText.time($0, "--before") }
        criteria.filter.client = try client.map { try CommandText.client($0, "--client") }
        criteria.filter.service = try service.map { try CommandText.service($0, "--service") }
        criteria.filter.member = try member.map { try CommandText.member($0, "--member") }
        (criteria.filter.messageIdentifier, criteria.filter.requestIdentifier) = (messageID, requestID)
        (criteria.filter.decision, criteria.filter.side, criteria.filter.direction) = (decision, side, direction)
        criteria.outcome = outcome
        return criteria
    }

    /// As they were typed, by the names of their options.
    var typed: [String: String] {
        let typed = [
            "from": from, "before": before, "client": client, "service": service, "member": member, "message-id": messageID,
            "request-id": requestID, "decision": decision, "side": side?.rawValue, "direction": direction?.rawValue,
            "outcome": outcome?.rawValue,
        ]
        return typed.compactMapValues(\.self)
    }

    /// For the log's entry. A text that was found is in the log's leaves already; one that was not may be anything, a person's code
    /// typed into the wrong field too, and could never be erased: of that only the field is named.
    func statement(found: Int) -> [String: String] {
        let harmless: Set = ["from", "before", "side", "direction", "outcome"]
        var statement: [String: String] = [:]
        for (name, value) in typed { statement[name] = found > 0 || harmless.contains(name) ? value : "(not found)" }
        statement["found"] = String(found)
        return statement
    }
}

extension ExchangeSide: ExpressibleByArgument {}
extension MessageDirection: ExpressibleByArgument {}
extension SearchCriteria.Outcome: ExpressibleByArgument {}
