import XRoadModel

/// Which records a hold, an erasure or an export is about: all that is said must match.
package struct LogSelection: Hashable, Sendable {
    package var from: Instant?
    /// Exclusive.
    package var before: Instant?
    package var client: ClientIdentifier?
    package var service: ServiceIdentifier?
    /// Names of records.
    package var names: Set<String>?

    package init() {}

    /// Every record there is, which nobody should mean by leaving out a word.
    package var isUnlimited: Bool { self == LogSelection() }

    package func matches(_ logged: LoggedEntry) -> Bool {
        let entry = logged.entry
        return (from.map { entry.time >= $0 } ?? true) && (before.map { entry.time < $0 } ?? true)
            && (client.map { entry.client == $0 } ?? true) && (service.map { entry.service == $0 } ?? true)
            && (names?.contains(logged.identifier.name) ?? true)
    }

    /// For a reader, which narrows by all but the names.
    package var filter: LogFilter {
        var filter = LogFilter()
        (filter.from, filter.to, filter.client, filter.service) = (from, before, client, service)
        return filter
    }
}

/// The form in plans and events: names and values, codes of an identifier joined by `/`.
extension LogSelection {
    package var fields: [String: String] {
        var fields: [String: String] = [:]
        fields["from"] = from?.description
        fields["before"] = before?.description
        fields["client"] = client.map { Self.path($0.codes) }
        fields["service"] = service.map { service in
            let member = service.provider.member.codes
            let rest = [service.provider.subsystemCode ?? "", service.serviceCode]
            return Self.path(member + rest + (service.serviceVersion.map { [$0] } ?? []))
        }
        fields["names"] = names.map { $0.sorted().joined(separator: ",") }
        return fields
    }

    /// Nil where a field is unknown or not in its form.
    package init?(fields: [String: String]) {
        for (name, value) in fields {
            switch name {
            case "from": from = Instant(iso8601: value)
            case "before": before = Instant(iso8601: value)
            case "client": client = ClientIdentifier(codes: Self.codes(value))
            case "service": service = ServiceIdentifier(selected: Self.codes(value))
            case "names": names = Set(value.split(separator: ",").map(String.init))
            default: return nil
            }
        }
        guard self.fields == fields else { return nil }
    }

    /// The fields as a JSON object with sorted names: how a hold is kept.
    package var json: String { String(decoding: JSONDocument.line(fields) ?? [], as: UTF8.self) }

    package init?(json: String) {
        guard let fields = JSONDocument.decode([String: String].self, from: Array(json.utf8)) else { return nil }
        self.init(fields: fields)
    }

    private static func path(_ codes: [String]) -> String {
        codes.map { $0.replacing("%", with: "%25").replacing("/", with: "%2F") }.joined(separator: "/")
    }

    private static func codes(_ path: String) -> [String] {
        path.split(separator: "/", omittingEmptySubsequences: false).map {
            String($0).replacing("%2F", with: "/").replacing("%25", with: "%")
        }
    }
}

extension ServiceIdentifier {
    /// Five or six codes; that of the subsystem is empty for a service of the member itself.
    fileprivate init?(selected codes: [String]) {
        guard (5...6).contains(codes.count) else { return nil }
        let provider = Array(codes.prefix(codes[3].isEmpty ? 3 : 4))
        guard let provider = ClientIdentifier(codes: provider), !codes[4].isEmpty else { return nil }
        self.init(provider: provider, serviceCode: codes[4], serviceVersion: codes.count == 6 ? codes[5] : nil)
    }
}

extension LogSelection: CustomStringConvertible {
    package var description: String {
        isUnlimited ? "every record" : fields.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
