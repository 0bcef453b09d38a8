import Foundation
import Testing

@testable import SampleInstitutions

@Suite struct ResidencePermitsTests {
    private struct Counts: Decodable {
        let period: String
        let dimensions: [String]
        let rounding: Int
        let observations: [Observation]
    }

    private struct Observation: Decodable {
        let kind: String
        let reason: String?
        let sex: String?
        let citizenship: String?
        let count: Int
    }

    private static let service = PermitService(contract: Array("openapi: 3.0.3".utf8))

    private func get(_ target: String) -> ServiceAnswer {
        Self.service.answer(ServiceRequest(method: "GET", target: target))
    }

    private func counts(_ query: String) throws -> Counts {
        let answer = get("/permits?" + query)
        #expect(answer.status == 200)
        return try JSONDecoder().decode(Counts.self, from: Data(answer.body))
    }

    @Test func totals() throws {
        let counts = try counts("period=2026-Q1")
        #expect(counts.period == "2026-Q1")
        #expect(counts.dimensions.isEmpty)
        #expect(counts.observations.map(\.kind) == ["FIRST", "EXTENDED", "VALID", "REFUSED"])
    }

    @Test func exampleAnswer() throws {
        let example = try Contracts.bytes("ministry-of-internal-affairs/residencePermits/examples/response.json")
        let answer = get("/permits?period=2026-Q1&kind=FIRST,REFUSED&by=reason,sex")
        let options: JSONSerialization.ReadingOptions = []
        let expected = try JSONSerialization.jsonObject(with: Data(example), options: options) as? NSDictionary
        let actual = try JSONSerialization.jsonObject(with: Data(answer.body), options: options) as? NSDictionary
        #expect(expected != nil && actual == expected)
    }

    @Test func everyCountIsRounded() throws {
        let counts = try counts("period=2025&by=reason,duration,citizenship,age,sex")
        #expect(!counts.observations.isEmpty)
        #expect(counts.observations.allSatisfy { $0.count > 0 && $0.count.isMultiple(of: counts.rounding) })
    }

    @Test(arguments: [(0, 0), (2, 0), (3, 5), (7, 5), (8, 10)])
    func rounding(count: Int, rounded: Int) {
        #expect(PermitCount.rounded(count) == rounded)
    }

    @Test func quarterIsItsThreeMonths() {
        #expect(PermitPeriod("2024")?.months == 0...11)
        #expect(PermitPeriod("2025-Q4")?.months == 21...23)
        #expect(PermitPeriod("2026-06")?.months == 29...29)
    }

    @Test(arguments: ["", "2026-", "2026-Q5", "2026-Q", "2026-13", "2026-00", "2026-1", "26", "2026-01-01", "+026", "2026-+3"])
    func malformedPeriod(text: String) {
        #expect(PermitPeriod(text) == nil)
    }

    @Test func validityEndsWithTheDuration() {
        let permit = Permit(
            decision: .first, month: 10, durationInMonths: 3, reason: "FAM", citizenship: "TR", age: 30, sex: "F")
        #expect([9, 10, 12, 13].map(permit.isValid(atEndOf:)) == [false, true, true, false])
    }

    @Test(arguments: [
        "", "period=2026-Q9", "period=2026-Q1&period=2026-Q2", "period=2026-Q1&kind=LOST", "period=2026-Q1&by=sex,sex",
        "period=2026-Q1&by=", "period=2026-Q1&personalNumber=1000000016", "period", "period=%FF",
    ])
    func badQuery(query: String) throws {
        let answer = get("/permits?" + query)
        #expect(answer.status == 400)
        #expect(answer.contentType == "application/problem+json")
    }

    @Test(arguments: ["2023", "2026", "2026-Q3", "2026-07", "2099-01"])
    func unpublishedPeriod(period: String) {
        #expect(get("/permits?period=" + period).status == 404)
    }

    @Test func benchmarkAnswerIsOneKilobyteOfJSON() throws {
        let answer = get("/bench")
        #expect(answer.body.count == 1024)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(answer.body)) }
    }

    @Test func contractIsServed() {
        #expect(get("/openapi.yaml").body == Array("openapi: 3.0.3".utf8))
    }

    @Test func otherHTTPRequestsAreRefused() {
        #expect(get("/persons").status == 404)
        #expect(Self.service.answer(ServiceRequest(method: "POST", target: "/permits")).status == 405)
    }
}
