import Testing
import XRoadModel

@Suite struct IdentifierTests {
    private static let member = MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "Agjenci\u{00EB}")

    /// Composed and decomposed letters look the same and are other code units.
    @Test func lookAlikesAreDifferent() {
        let decomposed = MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "Agjencie\u{0308}")
        #expect(Self.member != decomposed)
        #expect(Set([Self.member, decomposed]).count == 2)
    }

    /// The same codes at other places name something else.
    @Test func placesCount() {
        let subsystem = ClientIdentifier(member: Self.member, subsystemCode: "a")
        #expect(subsystem != ClientIdentifier(member: Self.member))
        #expect(
            ServiceIdentifier(provider: subsystem, serviceCode: "b")
                != ServiceIdentifier(provider: ClientIdentifier(member: Self.member), serviceCode: "a", serviceVersion: "b"))
    }

    @Test(arguments: [[], ["XK"], ["XK", "GOV", ""], ["XK", "GOV", "CRA", ""], ["XK", "GOV", "CRA", "a", "b"]])
    func clientNeedsThreeOrFourCodes(codes: [String]) {
        #expect(ClientIdentifier(codes: codes) == nil)
    }

    @Test func codesMakeTheSameClient() {
        let client = ClientIdentifier(member: Self.member, subsystemCode: "civreg")
        #expect(ClientIdentifier(codes: client.codes) == client)
        #expect(client.description == "XK/GOV/Agjenci\u{00EB}/civreg")
    }
}
