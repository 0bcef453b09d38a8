/// A personal number (`XK-PN`): ten digits, the last of which checks the others by the Luhn rule (ISO/IEC 7812-1 Annex B).
/// The check-digit rule belongs to the synthetic data; the real one is the agency's to confirm.
struct PersonalNumber: Hashable, Sendable {
    let digits: String

    /// Nil unless the text is ten ASCII digits with the right check digit.
    init?(_ text: String) {
        guard text.wholeMatch(of: /[0-9]{10}/) != nil else { return nil }
        let digits = text.utf8.map { Int($0) - 48 }
        guard digits[9] == Self.checkDigit(of: digits.dropLast()) else { return nil }
        self.digits = text
    }

    /// The number with the given first nine digits, 100,000,000 to 999,999,999.
    init(serial: Int) {
        let payload = String(serial)
        digits = payload + String(Self.checkDigit(of: payload.utf8.map { Int($0) - 48 }[...]))
    }

    private static func checkDigit(of payload: ArraySlice<Int>) -> Int {
        let sum = payload.reversed().enumerated().reduce(0) { sum, item in
            let doubled = item.offset.isMultiple(of: 2) ? item.element * 2 : item.element
            return sum + doubled / 10 + doubled % 10
        }
        return (10 - sum % 10) % 10
    }
}
