import MessageLog
import PKI
import Testing
import XRoadModel

/// A request that an operator signed is that operator's, now, and for nothing else.
@Suite struct OperatorProofTests {
    private static let now = Instant(secondsSince1970: 1_800_000_000)
    private let request = ["records": "1-3", "case": "A-1"]

    @Test(arguments: [PrivateKey.Kind.p256, .p384, .rsa(bits: 2048)]) func holdsForItsRequest(_ kind: PrivateKey.Kind) throws {
        let key = try PrivateKey.generate(kind)
        let operators = try LogOperators([("alice", key.publicKey)])
        let proof = try OperatorProof.sign(request, as: "alice", key: key, at: Self.now)
        try proof.check(request, by: operators, at: Self.now.adding(seconds: 300))
        for changed in [["records": "1-4", "case": "A-1"], ["records": "1-3"], request.merging(["extra": ""]) { $1 }] {
            #expect(throws: MessageLogFailure.self) { try proof.check(changed, by: operators, at: Self.now) }
        }
        for seconds in [Int64(301), -301, 86_400] {
            #expect(throws: MessageLogFailure.self) {
                try proof.check(request, by: operators, at: Self.now.adding(seconds: seconds))
            }
        }
    }

    @Test func isOfItsOperatorAlone() throws {
        let keys = try (0..<2).map { _ in try PrivateKey.generate(.p256) }
        let operators = try LogOperators([("alice", keys[0].publicKey), ("bob", keys[1].publicKey)])
        let borrowed = try OperatorProof.sign(request, as: "bob", key: keys[0], at: Self.now)
        #expect(throws: MessageLogFailure.operatorRefused(name: "bob", reason: "the signature is not by this operator's key")) {
            try borrowed.check(request, by: operators, at: Self.now)
        }
        let stranger = try OperatorProof.sign(request, as: "carol", key: keys[0], at: Self.now)
        #expect(throws: MessageLogFailure.operatorRefused(name: "carol", reason: "the settings do not know this operator")) {
            try stranger.check(request, by: operators, at: Self.now)
        }
    }
}
