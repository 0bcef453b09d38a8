import PKI
import XRoadModel

/// One operator's signature under a plan.
package struct ErasureApproval: Hashable, Sendable {
    /// SHA-256 of the plan's text.
    package let planDigest: [UInt8]
    package let `operator`: String
    package let time: Instant
    /// Over `text`, with SHA-256: ECDSA as DER, RSA as PKCS#1 v1.5, so that `openssl dgst -verify` judges it.
    package let signature: [UInt8]

    package init(planDigest: [UInt8], operator name: String, time: Instant, signature: [UInt8]) {
        self.planDigest = planDigest
        self.operator = name
        self.time = time
        self.signature = signature
    }

    package static func sign(
        _ plan: ErasurePlan, as name: String, key: PrivateKey, at time: Instant
    ) throws(MessageLogFailure) -> ErasureApproval {
        let text = text(planDigest: plan.digest, operator: name, time: time)
        guard let algorithm = SignatureAlgorithm.matching(key: key.publicKey.kind, digest: .sha256) else {
            throw .approvalRefused(operator: name, reason: "its key does not sign with SHA-256")
        }
        do {
            let signature = try key.sign(Array(text.utf8), algorithm: algorithm, encoding: .der)
            return ErasureApproval(planDigest: plan.digest, operator: name, time: time, signature: signature)
        } catch { throw .approvalRefused(operator: name, reason: "\(error)") }
    }

    package var text: String { Self.text(planDigest: planDigest, operator: self.operator, time: time) }

    private static func text(planDigest: [UInt8], operator name: String, time: Instant) -> String {
        "ura-erasure-approval 1\nplan=\(Hexadecimal.encode(planDigest))\noperator=\(name)\ntime=\(time)\n"
    }
}

/// A plan that two operators agreed to and that is good now; only `check` makes one.
package struct ApprovedErasure: Sendable {
    package let plan: ErasurePlan
    /// In alphabetical order.
    package let operators: [String]

    package static let operatorsNeeded = 2
    /// How far an operator's clock may run ahead.
    private static let clockToleranceSeconds: Int64 = 60

    package static func check(
        _ plan: ErasurePlan, _ approvals: [ErasureApproval], by operators: LogOperators, at now: Instant
    ) throws(MessageLogFailure) -> ApprovedErasure {
        guard now >= plan.created.adding(seconds: -clockToleranceSeconds) else {
            throw .planRefused(reason: "it is from the future: \(plan.created)")
        }
        guard now < plan.expires else { throw .planRefused(reason: "it expired at \(plan.expires)") }
        var agreed: Set<String> = []
        for approval in approvals {
            try check(approval, of: plan, by: operators, at: now)
            guard agreed.insert(approval.operator).inserted else {
                throw .approvalRefused(operator: approval.operator, reason: "it is there twice; two operators have to agree")
            }
        }
        guard agreed.count >= operatorsNeeded else {
            throw .planRefused(reason: "\(agreed.count) of \(operatorsNeeded) operators agreed")
        }
        return ApprovedErasure(plan: plan, operators: agreed.sorted())
    }

    private static func check(
        _ approval: ErasureApproval, of plan: ErasurePlan, by operators: LogOperators, at now: Instant
    ) throws(MessageLogFailure) {
        let name = approval.operator
        guard let key = operators[name] else {
            throw .approvalRefused(operator: name, reason: "the settings do not know this operator")
        }
        guard approval.planDigest == plan.digest else { throw .approvalRefused(operator: name, reason: "it is for another plan") }
        guard let algorithm = SignatureAlgorithm.matching(key: key.kind, digest: .sha256),
            key.verifies(approval.signature, of: Array(approval.text.utf8), algorithm: algorithm, encoding: .der)
        else { throw .approvalRefused(operator: name, reason: "its signature is not by this operator's key") }
        guard approval.time >= plan.created.adding(seconds: -clockToleranceSeconds),
            approval.time <= now.adding(seconds: clockToleranceSeconds)
        else { throw .approvalRefused(operator: name, reason: "it was given at \(approval.time), outside the plan's time") }
    }
}
