import MessageCodecs
import Testing
import XRoadModel

@Suite struct IdentifierTextTests {
    static let codes = ["EE", "GOV", "a b/c%d", "é\u{1F4A9};=@:!$&'()*+,-._~", "?#[]\\\"<>^`{|}"]

    @Test func writesAndReadsAnyCode() throws {
        for first in Self.codes {
            for last in Self.codes {
                let client = try #require(ClientIdentifier(codes: [first, "B", "C", last]))
                #expect(IdentifierText.client(IdentifierText.encode(client)) == client)
                let server = try #require(SecurityServerIdentifier(codes: [first, "B", "C", last]))
                #expect(IdentifierText.securityServer(IdentifierText.encode(server)) == server)
                let service = ServiceIdentifier(provider: client, serviceCode: last)
                #expect(IdentifierText.service(IdentifierText.encode(service)) == service)
            }
        }
    }

    /// What X-Road's encoder leaves and what it escapes.
    @Test func escapesAsXRoadDoes() throws {
        let client = try #require(ClientIdentifier(codes: ["A", "B c", "é/", "-._~!$&'()*+,;=:@"]))
        #expect(IdentifierText.encode(client) == "A/B%20c/%C3%A9%2F/-._~!$&'()*+,;=:@")
    }

    @Test(arguments: [
        "", "A/B", "A/B/C/", "A//C", "A/B/C/D/E", "A/B/%00", "A/B/c%0a", "A/B/%c3", "A/B/é", "A/B/C D", "A/B/C?",
        String(repeating: "x", count: 5000),
    ])
    func refusesClients(text: String) {
        #expect(IdentifierText.client(text) == nil)
    }

    @Test(arguments: ["A/B/C/D", "A/B/C/D/E/F", "A/B/C/D/", "A/B/C//E"])
    func refusesServices(text: String) {
        #expect(IdentifierText.service(text) == nil)
    }
}
