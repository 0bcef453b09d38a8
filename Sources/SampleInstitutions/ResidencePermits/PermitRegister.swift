/// The ministry's permits: synthetic, and the same in every run.
struct PermitRegister: Sendable {
    /// January 2024 to June 2026.
    static let publishedMonths = 0...29

    private let permits: [Permit]

    init() {
        var generator = SeededGenerator(seed: 862_2007)
        permits = (0..<6000).map { _ in Permit.synthetic(&generator) }
    }

    /// Counts by kind and by the codes of the dimensions, in this order, sorted; rounded, and without zeros. Nil where a part
    /// of the period is not published.
    func counts(_ query: PermitQuery) -> [PermitCount]? {
        let period = query.period
        guard period.months.lowerBound >= 0, Self.publishedMonths.contains(period.months.upperBound) else { return nil }
        return query.kinds.flatMap { kind in
            var counts: [[String]: Int] = [:]
            for permit in permits where kind.includes(permit, in: period) {
                counts[query.dimensions.map(permit.code), default: 0] += 1
            }
            let rounded = counts.map { PermitCount(kind: kind, codes: $0.key, count: PermitCount.rounded($0.value)) }
            return rounded.filter { $0.count > 0 }.sorted { $0.codes.lexicographicallyPrecedes($1.codes) }
        }
    }
}

/// How many permits of a kind have the codes, one code for each dimension asked for.
struct PermitCount: Sendable, Equatable {
    /// Counts are rounded to the nearest multiple of this, so that small groups do not show single persons.
    static let rounding = 5

    let kind: PermitKind
    let codes: [String]
    let count: Int

    static func rounded(_ count: Int) -> Int {
        (count + rounding / 2) / rounding * rounding
    }
}

extension Permit {
    fileprivate static func synthetic(_ generator: inout SeededGenerator) -> Permit {
        Permit(
            decision: generator.choice([Decision.first: 55, .extended: 38, .refused: 7]),
            month: generator.number(in: PermitRegister.publishedMonths),
            durationInMonths: generator.choice([3: 8, 6: 17, 12: 60, 24: 10, 60: 5]),
            reason: generator.choice(["FAM": 40, "EMP": 38, "EDUC": 8, "OTH": 14]),
            citizenship: generator.choice([
                "TR": 24, "AL": 22, "RS": 11, "MK": 9, "CN": 6, "BD": 6, "IN": 5, "PH": 4, "US": 4, "DE": 3, "SY": 3, "BA": 2,
                "STLS": 1,
            ]),
            age: generator.choice([7: 10, 16: 4, 26: 44, 47: 38, 70: 4]),
            sex: generator.choice(["M": 61, "F": 39]))
    }
}
