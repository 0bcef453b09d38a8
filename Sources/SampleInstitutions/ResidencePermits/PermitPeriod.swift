/// A year, a quarter or a month: `2025`, `2026-Q1`, `2026-03`.
struct PermitPeriod: Sendable, Equatable {
    let text: String
    /// Counted from January 2024.
    let months: ClosedRange<Int>

    /// Nil for any other form.
    init?(_ text: String) {
        guard let parts = text.wholeMatch(of: /(20[0-9]{2})(?:-(?:Q([1-4])|(0[1-9]|1[0-2])))?/), let year = Int(parts.1)
        else { return nil }
        let january = (year - 2024) * 12
        if let quarter = parts.2.flatMap({ Int($0) }) {
            months = january + quarter * 3 - 3...january + quarter * 3 - 1
        } else if let month = parts.3.flatMap({ Int($0) }) {
            months = january + month - 1...january + month - 1
        } else {
            months = january...january + 11
        }
        self.text = text
    }
}
