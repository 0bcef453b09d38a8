import Foundation

/// What a request for counts asks for, read from its query string. A fault in it is told to the caller in `Failure`.
struct PermitQuery: Sendable, Equatable {
    struct Failure: Error, Equatable {
        let detail: String
    }

    let period: PermitPeriod
    let kinds: [PermitKind]
    let dimensions: [PermitDimension]

    /// `query` is percent-encoded, without the question mark.
    init(query: String) throws(Failure) {
        var values: [String: String] = [:]
        for parameter in query.split(separator: "&") {
            let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts[0].removingPercentEncoding, let value = parts.last?.removingPercentEncoding, parts.count == 2
            else { throw Failure(detail: "A parameter is not of the form name=value.") }
            guard ["period", "kind", "by"].contains(name) else { throw Failure(detail: "There is no parameter '\(name)'.") }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Failure(detail: "The parameter '\(name)' stands more than once.")
            }
        }
        guard let period = values["period"].flatMap(PermitPeriod.init) else {
            throw Failure(detail: "'period' must be a year (2025), a quarter (2026-Q1) or a month (2026-03).")
        }
        self.period = period
        kinds = try Self.list(values["kind"], of: "kind") ?? PermitKind.allCases
        dimensions = try Self.list(values["by"], of: "by") ?? []
    }

    private static func list<Code: RawRepresentable<String> & CaseIterable & Hashable>(
        _ text: String?, of name: String
    ) throws(Failure) -> [Code]? {
        guard let text else { return nil }
        let codes = text.split(separator: ",", omittingEmptySubsequences: false).map { Code(rawValue: String($0)) }
        let known = codes.compactMap { $0 }
        guard known.count == codes.count, Set(known).count == known.count else {
            let allowed = Code.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(detail: "'\(name)' must be a list of \(allowed), each at most once.")
        }
        return known
    }
}
