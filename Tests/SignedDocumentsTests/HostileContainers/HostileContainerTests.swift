import Foundation
import PKI
import SignedDocuments
import TestSupport
import Testing
import XRoadModel

/// A container, and the findings that it must come to.
struct Hostile: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let expected: [String]
    let container: @Sendable (SignedExchange) throws -> [UInt8]

    init(_ name: String, _ expected: String..., container: @escaping @Sendable (SignedExchange) throws -> [UInt8]) {
        testDescription = name
        self.expected = expected
        self.container = container
    }
}

/// Containers that somebody has made to deceive. Where a signature is altered it is made right again with the member's own key, and
/// its certificate is trusted: each attack is its own finding, nothing is said to be signed that is not, and time and memory are
/// bounded.
@Suite(.serialized) struct HostileContainerTests {
    static let format = "TOTAL-FAILED FORMAT_FAILURE malformed_signature"
    static let chain = "TOTAL-FAILED FORMAT_FAILURE malformed_signature.malformed_hash_chain"
    static let value = "TOTAL-FAILED SIG_CRYPTO_FAILURE invalid_signature_value"
    static let digest = "TOTAL-FAILED HASH_FAILURE invalid_signature_value"
    static let missing = "INDETERMINATE SIGNED_DATA_NOT_FOUND invalid_reference"
    static let weak = "INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE malformed_signature"
    static let signer = "INDETERMINATE SIG_CONSTRAINTS_FAILURE incorrect_certificate"
    static let status = "INDETERMINATE TRY_LATER invalid_cert_path.cert_validation"

    private func expectFindings(_ hostile: Hostile, _ exchange: SignedExchange) throws {
        let bytes = try hostile.container(exchange)
        let verifier = ContainerVerifier(RecordVerifier(trust: RecordTrust(exchange.instance.trust()), sender: TestTrust.sender))
        let before = try Memory.resetPeak()
        let clock = ContinuousClock()
        let start = clock.now
        let report = verifier.verify(bytes)
        #expect(clock.now - start < .seconds(5))
        #expect(try Memory.peak() - before < 256 << 10, "kilobytes")
        #expect(report.grave == hostile.expected, "\(report.text)")
        guard report.indication == .totalFailed else { return }
        let isProved = report.parts.contains { [.signed, .signedThroughHashChain].contains($0.coverage) }
        #expect(!isProved || hostile.expected.allSatisfy { !$0.contains("SIG_CRYPTO") && !$0.contains("HASH") }, "\(report.text)")
    }

    @Test(arguments: signatures + references + algorithms) func hostileSignatures(_ hostile: Hostile) throws {
        try expectFindings(hostile, SignedExchange())
    }

    @Test(arguments: signers) func hostileSigners(_ hostile: Hostile) throws { try expectFindings(hostile, SignedExchange()) }

    @Test(arguments: hashChains) func hostileHashChains(_ hostile: Hostile) throws {
        try expectFindings(hostile, SignedExchange())
    }
}

/// In kilobytes, of this process.
private enum Memory {
    /// What is resident now, and the peak counted from now on.
    static func resetPeak() throws -> Int {
        try Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"), options: [])
        return try value("VmRSS:")
    }

    static func peak() throws -> Int { try value("VmHWM:") }

    private static func value(_ name: String) throws -> Int {
        let status = try String(contentsOf: URL(fileURLWithPath: "/proc/self/status"), encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix(name) })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) })
    }
}

extension SignedExchange {
    /// The message alone under an altered signature.
    func forged(
        attachments: [Int: [UInt8]] = [:], _ change: (inout Forgery) throws -> Void
    ) throws -> [UInt8] {
        var forgery = Forgery(SignedExample(message: message, attachments: [], data: try signed()), key: key)
        try change(&forgery)
        return try container(forgery.data, attachments: attachments)
    }

    func container(
        _ data: SignatureData, message: [UInt8]? = nil, attachments: [Int: [UInt8]] = [:]
    ) throws -> [UInt8] {
        try SignedContainer(message: message ?? self.message, attachments: attachments, signature: data)
            .encode(recorded: signingTime)
    }
}
