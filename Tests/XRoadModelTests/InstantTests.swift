import Testing
import XRoadModel

@Suite struct InstantTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-23T13:24:44.010Z", 1_795_440_284_010),
        ("2014-05-20T17:42:55+03:00", 1_400_596_975_000), ("2000-02-29T23:59:59.999Z", 951_868_799_999),
        ("2026-11-23T13:24:44.010999Z", 1_795_440_284_010), ("2026-11-23T13:24:44.5Z", 1_795_440_284_500),
        ("2014-05-20T10:12:55-0430", 1_400_596_975_000),
    ])
    func reads(text: String, milliseconds: Int64) {
        #expect(Instant(iso8601: text)?.millisecondsSince1970 == milliseconds)
    }

    @Test(arguments: ["2026-11-23T13:24:44.010Z", "1969-12-31T23:59:59.999Z", "2099-01-01T00:00:00.000Z"])
    func writesWhatItReads(text: String) {
        #expect(Instant(iso8601: text)?.description == text)
    }

    @Test(arguments: [
        (253_402_300_800, "10000-01-01T00:00:00Z"), (-62_198_755_200, "-0001-01-01T00:00:00Z"),
        (Int64.max / 1000, "292278994-08-17T07:12:55Z"),
    ])
    func writesAnyTime(seconds: Int64, text: String) {
        #expect(Instant(secondsSince1970: seconds).iso8601(milliseconds: false) == text)
    }

    @Test(arguments: [
        "", "2026-11-23T13:24:44.Z", "2026-11-23T13:24:44.0123456789Z", "2026-02-29T00:00:00Z", "2026-13-01T00:00:00Z",
        "2026-11-23 13:24:44Z", "2026-11-23T13:24:44",
        "2026-11-23T13:24:44Zx",
    ])
    func refuses(text: String) {
        #expect(Instant(iso8601: text) == nil)
    }
}
