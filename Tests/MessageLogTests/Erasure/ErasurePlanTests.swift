import Foundation
import MessageLog
import PKI
import TestSupport
import Testing
import XRoadModel

/// An erasure needs a plan that nobody changed and two different operators' signatures under it, in time.
@Suite struct ErasurePlanTests {
    private static let created = Instant(secondsSince1970: 1_800_000_000)
    private static let now = created.adding(seconds: 3600)
    private static let keys = Result { try (0..<3).map { try PrivateKey.generate($0 == 2 ? .rsa(bits: 2048) : .p256) } }

    private var keys: [PrivateKey] { get throws { try Self.keys.get() } }

    private func plan(_ matter: String = "DPA 2026/17") throws -> ErasurePlan {
        var selection = LogSelection()
        selection.before = Self.created
        selection.client = ClientIdentifier(codes: ["XK", "GOV", "GA/M", "mm%is"])
        selection.service = ServiceIdentifier(
            provider: try #require(ClientIdentifier(codes: ["XK", "GOV", "CRA"])), serviceCode: "verify", serviceVersion: "v1")
        selection.names = ["0a1b2c3d-7", "0a1b2c3d-3"]
        return ErasurePlan(
            matter: try #require(CaseName(matter)), log: "0a1b2c3d", selection: selection, records: RecordRanges([3, 4, 5, 7]),
            leavesDigest: [UInt8](repeating: 7, count: 32), held: RecordRanges([9]), unstamped: RecordRanges([11, 12]),
            created: Self.created, expires: Self.created.adding(seconds: 86_400))
    }

    private func operators() throws -> LogOperators {
        let keys = try keys
        return try LogOperators([("alice", keys[0].publicKey), ("bob", keys[1].publicKey), ("carol@dpa", keys[2].publicKey)])
    }

    private func approval(_ plan: ErasurePlan, _ name: String, _ key: Int, at time: Instant = now) throws -> ErasureApproval {
        try ErasureApproval.sign(plan, as: name, key: keys[key], at: time)
    }

    @Test func survivesItsFile() throws {
        let plan = try plan()
        #expect(try ErasurePlan(reading: plan.encoded()) == plan)
        let approval = try approval(plan, "alice", 0)
        #expect(try ErasureApproval(reading: approval.encoded()) == approval)
    }

    /// With nothing but `sha256sum`.
    @Test func digestCanBeRebuilt() throws {
        let plan = try plan()
        #expect(plan.text.contains("selection-client=XK/GOV/GA%252FM/mm%2525is\n"))
        let result = try runTool("sha256sum", [], input: Array(plan.text.utf8))
        #expect(result.text.hasPrefix(Hexadecimal.encode(plan.digest)))
    }

    @Test(arguments: [
        ("DPA 2026/17", "DPA 2026/18"), ("0a1b2c3d\"", "0a1b2c3e\""), ("3-5,7", "3-7"), ("0707", "0708"), ("\"9\"", "\"10\""),
        ("11-12", "11"), ("mmis", "mmix"), ("GA%2FM", "GA%2FN"), ("2027-01-16T08:00:00.000Z", "2028-01-16T08:00:00.000Z"),
        ("0a1b2c3d-3", "0a1b2c3d-4"), ("\"before\"", "\"beforf\""), ("ura-erasure-plan 1", "ura-erasure-plan 2"),
        ("3-5,7", "7,3-5"),
    ])
    func aChangedFileIsSeen(_ from: String, _ to: String) throws {
        let text = String(decoding: try plan().encoded(), as: UTF8.self).replacing("mm%25is", with: "mmis")
        let changed = from == "mmis" ? text : text.replacing("mmis", with: "mm%25is").replacing(from, with: to)
        #expect(changed != String(decoding: try plan().encoded(), as: UTF8.self))
        #expect(throws: MessageLogFailure.self) { try ErasurePlan(reading: Array(changed.utf8)) }
    }

    @Test func twoOperatorsAreEnough() throws {
        let plan = try plan()
        let approvals = [try approval(plan, "carol@dpa", 2), try approval(plan, "alice", 0)]
        let approved = try ApprovedErasure.check(plan, approvals, by: operators(), at: Self.now)
        #expect(approved.operators == ["alice", "carol@dpa"])
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let reason: String
        let approvals: @Sendable (ErasurePlanTests, ErasurePlan) throws -> [ErasureApproval]
        var now = ErasurePlanTests.now
    }

    static let refusals = [
        Refusal(testDescription: "nobody", reason: "0 of 2 operators agreed") { _, _ in [] },
        Refusal(testDescription: "one", reason: "1 of 2 operators agreed") { [try $0.approval($1, "alice", 0)] },
        Refusal(testDescription: "one twice", reason: "the approval by alice does not count: it is there twice") {
            [try $0.approval($1, "alice", 0), try $0.approval($1, "alice", 0, at: Self.now.adding(seconds: -5))]
        },
        Refusal(testDescription: "one under two names", reason: "the approval by bob does not count: its signature") {
            [try $0.approval($1, "alice", 0), try $0.approval($1, "bob", 0)]
        },
        Refusal(testDescription: "somebody unknown", reason: "the approval by dave does not count: the settings do not know") {
            [try $0.approval($1, "alice", 0), try $0.approval($1, "dave", 1)]
        },
        Refusal(testDescription: "two and somebody unknown", reason: "the approval by dave does not count") {
            [try $0.approval($1, "alice", 0), try $0.approval($1, "bob", 1), try $0.approval($1, "dave", 2)]
        },
        Refusal(testDescription: "another plan", reason: "the approval by bob does not count: it is for another plan") {
            [try $0.approval($1, "alice", 0), try $0.approval($0.plan("DPA 2026/18"), "bob", 1)]
        },
        Refusal(testDescription: "a signature of another plan", reason: "the approval by bob does not count: its signature") {
            let other = try $0.approval($0.plan("DPA 2026/18"), "bob", 1)
            let moved = ErasureApproval(planDigest: $1.digest, operator: "bob", time: other.time, signature: other.signature)
            return [try $0.approval($1, "alice", 0), moved]
        },
        Refusal(testDescription: "before the plan", reason: "the approval by bob does not count: it was given at") {
            [try $0.approval($1, "alice", 0), try $0.approval($1, "bob", 1, at: Self.created.adding(seconds: -61))]
        },
        Refusal(testDescription: "in the future", reason: "the approval by bob does not count: it was given at") {
            [try $0.approval($1, "alice", 0), try $0.approval($1, "bob", 1, at: Self.now.adding(seconds: 61))]
        },
        Refusal(
            testDescription: "late", reason: "the plan cannot be used: it expired",
            approvals: { [try $0.approval($1, "alice", 0), try $0.approval($1, "bob", 1)] },
            now: Self.created.adding(seconds: 86_400)),
        Refusal(
            testDescription: "a plan from the future", reason: "the plan cannot be used: it is from the future",
            approvals: { _, _ in [] },
            now: Self.created.adding(seconds: -61)),
    ]

    @Test(arguments: refusals) func refuses(_ refusal: Refusal) throws {
        let plan = try plan()
        do {
            _ = try ApprovedErasure.check(plan, refusal.approvals(self, plan), by: operators(), at: refusal.now)
            Issue.record("approved")
        } catch {
            #expect("\(error)".contains(refusal.reason), "\(error)")
        }
    }

    /// The signature is one that others can judge.
    @Test(arguments: [0, 2]) func opensslJudgesApprovals(_ index: Int) throws {
        let approval = try approval(plan(), "alice", index)
        let folder = try TemporaryFolder()
        let key = PEM.encode(try keys[index].publicKey.subjectPublicKeyInfo, label: "PUBLIC KEY")
        let pem = try folder.write("alice.pem", Array(key.utf8)).path
        let signature = try folder.write("signature", approval.signature).path
        let arguments = ["dgst", "-sha256", "-verify", pem, "-signature", signature]
        #expect(try runTool("openssl", arguments, input: Array(approval.text.utf8)).text == "Verified OK\n")
        #expect(try runTool("openssl", arguments, input: Array((approval.text + "x").utf8)).status != 0)
    }

    @Test func operatorsHaveNamesAndKeysOfTheirOwn() throws {
        let keys = try keys.map(\.publicKey)
        #expect(throws: MessageLogFailure.operatorRefused(name: "bob", reason: "its key is also alice's")) {
            try LogOperators([("alice", keys[0]), ("bob", keys[0])])
        }
        #expect(throws: MessageLogFailure.operatorRefused(name: "alice", reason: "the name is there twice")) {
            try LogOperators([("alice", keys[0]), ("alice", keys[1])])
        }
        for name in ["", "al ice", "a/b", "аlice", "a\u{202E}", String(repeating: "a", count: 65)] {
            #expect(throws: MessageLogFailure.self) { try LogOperators([(name, keys[0])]) }
        }
    }

    @Test(arguments: [
        ("DPA 2026/17", true), ("Дело №5", true), ("", false), (" a", false), ("a ", false), ("a\nb", false),
        ("a\u{202E}b", false),
        ("a\u{200B}b", false), ("a\u{2028}b", false), ("a\u{A0}b", false), (String(repeating: "a", count: 121), false),
    ])
    func caseNames(_ text: String, _ isGood: Bool) { #expect((CaseName(text) != nil) == isGood) }
}
