import Testing

@testable import SampleInstitutions

@Suite struct SyntheticDataTests {
    /// The first outputs of SplitMix64 for seed 0, as its author's program prints them (prng.di.unimi.it/splitmix64.c).
    @Test func generatorIsSplitMix64() {
        var generator = SeededGenerator(seed: 0)
        #expect(generator.next() == 0xE220_A839_7B1D_CDAF)
        #expect(generator.next() == 0x6E78_9E6A_A1B9_65F4)
    }

    @Test(arguments: [("1000000016", true), ("1000000017", false), ("100000001", false), ("10000000160", false)])
    func checkDigit(number: String, isValid: Bool) {
        #expect((PersonalNumber(number) != nil) == isValid)
    }

    @Test(arguments: ["", "１000000016", "100000001x", "-000000016"])
    func personalNumberTakesOnlyDigits(text: String) {
        #expect(PersonalNumber(text) == nil)
    }

    @Test func everyGeneratedNumberChecks() {
        for serial in 100_000_000...100_000_999 {
            let number = PersonalNumber(serial: serial)
            #expect(PersonalNumber(number.digits) == number)
        }
    }

    /// The README invites to try these persons: what it says about them must be so.
    @Test func readmeTableAgreesWithTheRegister() throws {
        let register = PersonRegister()
        let rows = try Contracts.text("civil-registration-agency/verifyPerson/README.md").split(separator: "\n")
            .filter { $0.hasPrefix("| 10000") }
        #expect(rows.count == 4)
        for row in rows {
            let cells = row.split(separator: "|").map { $0.split(separator: " ").joined(separator: " ") }
            let person = try #require(PersonalNumber(cells[0]).flatMap { register[$0] })
            let registered = [
                person.personalNumber.digits, person.givenName, person.familyName, person.birthDate, person.status.rawValue,
                person.citizenship, person.hasValidDocument ? "valid" : "none",
            ]
            #expect(cells == registered)
        }
    }
}
