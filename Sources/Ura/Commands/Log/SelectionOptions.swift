import ArgumentParser
import MessageLog
import XRoadModel

/// Which records a command is about.
struct SelectionOptions: ParsableArguments {
    @Option(help: "Records from this time on: 2026-11-23 or 2026-11-23T08:30:00Z.") var from: String?
    @Option(help: "Records before this time.") var before: String?
    @Option(help: "Client, INSTANCE/CLASS/MEMBER[/SUBSYSTEM].") var client: String?
    @Option(help: "Service, INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE[/VERSION].") var service: String?
    @Option(name: .customLong("id"), help: "Name of a record, as the list gives it. Repeatable.") var names: [String] = []

    var isOfNamesOnly: Bool { !names.isEmpty && [from, before, client, service].allSatisfy { $0 == nil } }

    func selection() throws -> LogSelection {
        var selection = LogSelection()
        selection.from = try from.map { try CommandText.time($0, "--from") }
        selection.before = try before.map { try CommandText.time($0, "--before") }
        selection.client = try client.map { try CommandText.client($0, "--client") }
        selection.service = try service.map { try CommandText.service($0, "--service") }
        if !names.isEmpty { selection.names = Set(names) }
        return selection
    }
}

/// Values as they are typed.
enum CommandText {
    static func time(_ text: String, _ option: String) throws -> Instant {
        guard let time = Instant(iso8601: text.count == 10 ? text + "T00:00:00Z" : text) else {
            throw ValidationError("\(option): “\(text)” is no time like 2026-11-23 or 2026-11-23T08:30:00Z")
        }
        return time
    }

    static func matter(_ text: String) throws -> CaseName {
        guard let matter = CaseName(text) else {
            throw ValidationError("--case: a name has 1 to \(CaseName.maximumBytes) bytes and no characters that cannot be seen")
        }
        return matter
    }

    static func member(_ text: String, _ option: String) throws -> MemberIdentifier {
        let client = try client(text, option)
        guard client.subsystemCode == nil else { throw ValidationError("\(option): “\(text)” is not INSTANCE/CLASS/MEMBER") }
        return client.member
    }

    static func client(_ text: String, _ option: String) throws -> ClientIdentifier {
        guard let client = ClientIdentifier(codes: codes(text)) else {
            throw ValidationError("\(option): “\(text)” is not INSTANCE/CLASS/MEMBER or INSTANCE/CLASS/MEMBER/SUBSYSTEM")
        }
        return client
    }

    static func service(_ text: String, _ option: String) throws -> ServiceIdentifier {
        let codes = codes(text)
        guard (5...6).contains(codes.count), let provider = ClientIdentifier(codes: Array(codes.prefix(4))), !codes[4].isEmpty
        else {
            throw ValidationError("\(option): “\(text)” is not INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE[/VERSION]")
        }
        return ServiceIdentifier(provider: provider, serviceCode: codes[4], serviceVersion: codes.count == 6 ? codes[5] : nil)
    }

    private static func codes(_ text: String) -> [String] {
        text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }
}
