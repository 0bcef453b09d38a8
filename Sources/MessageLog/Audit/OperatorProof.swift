import PKI
import XRoadModel

/// An operator's signature under a request to take records out of the log, so that the log can name who asked and not only a user id
/// of the machine.
package struct OperatorProof: Hashable, Sendable, Codable {
    package let `operator`: String
    /// Milliseconds since 1970.
    package let time: Int64
    package let signature: [UInt8]

    /// How old a proof may be, and how far an operator's clock may run ahead.
    private static let freshnessSeconds: Int64 = 300

    /// `request`: names and values that describe what is asked for.
    package static func sign(
        _ request: [String: String], as name: String, key: PrivateKey, at now: Instant
    ) throws(MessageLogFailure) -> OperatorProof {
        guard let algorithm = SignatureAlgorithm.matching(key: key.publicKey.kind, digest: .sha256) else {
            throw .operatorRefused(name: name, reason: "its key does not sign with SHA-256")
        }
        let time = now.millisecondsSince1970
        do {
            let text = text(request, operator: name, time: time)
            return OperatorProof(operator: name, time: time, signature: try key.sign(text, algorithm: algorithm, encoding: .der))
        } catch { throw .operatorRefused(name: name, reason: "\(error)") }
    }

    package func check(_ request: [String: String], by operators: LogOperators, at now: Instant) throws(MessageLogFailure) {
        guard let key = operators[self.operator] else {
            throw .operatorRefused(name: self.operator, reason: "the settings do not know this operator")
        }
        let text = Self.text(request, operator: self.operator, time: time)
        guard let algorithm = SignatureAlgorithm.matching(key: key.kind, digest: .sha256),
            key.verifies(signature, of: text, algorithm: algorithm, encoding: .der)
        else { throw .operatorRefused(name: self.operator, reason: "the signature is not by this operator's key") }
        guard abs(now.seconds(since: Instant(millisecondsSince1970: time))) <= Self.freshnessSeconds else {
            throw .operatorRefused(name: self.operator, reason: "the signature is older than \(Self.freshnessSeconds) s")
        }
    }

    private static func text(_ request: [String: String], operator name: String, time: Int64) -> [UInt8] {
        let fields = JSONDocument.line(request.merging(["operator": name, "time": String(time)]) { $1 }) ?? []
        return Array("ura-operator-request 1\n".utf8) + fields
    }
}
