import CSecurity
import XRoadModel

/// Signs time-stamps (RFC 3161 2.4.2).
package struct TimestampResponder: Sendable {
    private let certificate: Certificate
    private let key: PrivateKey
    private let policy: String

    private static let maximumRequestBytes = 4096
    private static let accuracySeconds: Int32 = 1

    /// The certificate must be for time-stamps only. `policy` is an object identifier.
    package init(certificate: Certificate, key: PrivateKey, policy: String) throws(PKIFailure) {
        guard ura_certificate_is_for_timestamps(certificate.handle) == 1 else {
            throw .timestampRefused(.signerNotForTimestamps(certificate: certificate.subject.rfc2253))
        }
        guard certificate.publicKey == key.publicKey else {
            throw .unacceptableKey(reason: "it is not the key of \(certificate.subject.rfc2253)")
        }
        self.certificate = certificate
        self.key = key
        self.policy = policy
    }

    /// The DER of a response. A request that cannot be read, or asks for a policy or digest that is not offered, is answered with a
    /// rejection. `serialNumber` (big-endian, at most 20 bytes) must be new with each answer.
    package func answer(_ request: [UInt8], serialNumber: [UInt8], at: Instant) throws(PKIFailure) -> [UInt8] {
        guard request.count <= Self.maximumRequestBytes else {
            throw .tooLarge(.timestampRequest, bytes: request.count, limit: Self.maximumRequestBytes)
        }
        let der = serialNumber.withUnsafeBufferPointer { serial in
            policy.withCString { policy in
                var plan = ura_timestamp_plan(
                    policy: policy, serial: serial.baseAddress, serial_length: serial.count,
                    generated_at: at.millisecondsSince1970, accuracy_seconds: Self.accuracySeconds)
                return ura_buffer.collected {
                    ura_timestamp_answer(request, request.count, &plan, certificate.handle, key.handle, &$0)
                }
            }
        }
        guard let der else { throw .cryptography(reason: libraryReason()) }
        return der
    }
}
