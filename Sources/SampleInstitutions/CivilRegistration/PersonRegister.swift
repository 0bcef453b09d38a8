/// One entry of the civil status register.
struct Person: Sendable, Equatable {
    enum Status: String, Sendable {
        case alive, deceased, left
    }

    let personalNumber: PersonalNumber
    let givenName: String
    let familyName: String
    /// `YYYY-MM-DD`.
    let birthDate: String
    let status: Status
    /// ISO 3166-1 alpha-2, `XK`, or `STLS` for stateless.
    let citizenship: String
    let hasValidDocument: Bool
}

/// The civil status register of the sample agency: synthetic, and the same in every run.
struct PersonRegister: Sendable {
    private let persons: [PersonalNumber: Person]

    init() {
        var generator = SeededGenerator(seed: 2008_02_17)
        var persons: [PersonalNumber: Person] = [:]
        for index in 1...500 {
            let person = Person.synthetic(PersonalNumber(serial: 100_000_000 + index), &generator)
            persons[person.personalNumber] = person
        }
        self.persons = persons
    }

    subscript(number: PersonalNumber) -> Person? { persons[number] }
}

extension Person {
    fileprivate static func synthetic(_ number: PersonalNumber, _ generator: inout SeededGenerator) -> Person {
        let isAlbanian = generator.number(in: 1...100) <= 80
        let names = isAlbanian ? PersonNames.albanian : PersonNames.serbian
        let given = generator.element(of: names.given)
        let family = generator.element(of: names.family)
        let status = generator.choice([Status.alive: 88, .deceased: 6, .left: 6])
        let birthDate = [
            String(generator.number(in: 1940...2015)),
            twoDigits(generator.number(in: 1...12)),
            twoDigits(generator.number(in: 1...28)),
        ].joined(separator: "-")
        return Person(
            personalNumber: number, givenName: given, familyName: family, birthDate: birthDate, status: status,
            citizenship: generator.choice(["XK": 90, "AL": 4, "RS": 3, "TR": 2, "STLS": 1]),
            hasValidDocument: status != .deceased && generator.number(in: 1...100) <= 90)
    }

    private static func twoDigits(_ number: Int) -> String {
        number < 10 ? "0\(number)" : String(number)
    }
}
