/// A decision on one residence permit, with the codes of Eurostat's tables on permits. `ResidencePermits` never gives one
/// out, only counts of them.
struct Permit: Sendable {
    enum Decision: String, Sendable {
        case first = "FIRST"
        case extended = "EXTENDED"
        case refused = "REFUSED"
    }

    let decision: Decision
    /// Months since January 2024.
    let month: Int
    /// For how many months it is given or was asked for.
    let durationInMonths: Int
    let reason: String
    let citizenship: String
    let age: Int
    let sex: String

    /// Whether it is in force at the end of the month.
    func isValid(atEndOf month: Int) -> Bool {
        decision != .refused && self.month <= month && month < self.month + durationInMonths
    }

    /// Eurostat's code for the value that the permit has in the dimension.
    func code(_ dimension: PermitDimension) -> String {
        switch dimension {
        case .reason: reason
        case .citizenship: citizenship
        case .sex: sex
        case .duration:
            switch durationInMonths {
            case ..<6: "M3-5"
            case ..<12: "M6-11"
            default: "M_GE12"
            }
        case .age:
            switch age {
            case ..<14: "Y_LT14"
            case ..<18: "Y14-17"
            case ..<35: "Y18-34"
            case ..<65: "Y35-64"
            default: "Y_GE65"
            }
        }
    }
}

enum PermitDimension: String, CaseIterable, Sendable {
    case reason, duration, citizenship, age, sex
}

enum PermitKind: String, CaseIterable, Sendable {
    case first = "FIRST"
    case extended = "EXTENDED"
    case valid = "VALID"
    case refused = "REFUSED"

    /// Whether the permit counts as this kind in the period.
    func includes(_ permit: Permit, in period: PermitPeriod) -> Bool {
        switch self {
        case .valid: permit.isValid(atEndOf: period.months.upperBound)
        case .first: permit.decision == .first && period.months.contains(permit.month)
        case .extended: permit.decision == .extended && period.months.contains(permit.month)
        case .refused: permit.decision == .refused && period.months.contains(permit.month)
        }
    }
}
