import Foundation
import KeyVault
import PKI
import SignedDocuments
import Testing
import XRoadModel

/// Who shares a signature with whom, and who is refused.
@Suite struct SigningQueueTests {
    private struct Signer {
        let key: PrivateKey
        let certificate: Certificate

        init(_ kind: String) throws {
            let authority = try OpenSSLAuthority()
            let issued = try authority.issue("/CN=Signer", extensions: OpenSSLAuthority.signingExtensions, key: kind)
            key = try withExtendedLifetime(authority) {
                try PrivateKey(pem: [UInt8](Data(contentsOf: issued.keyFile)), passphrase: [])
            }
            certificate = issued.certificate
        }
    }

    private static let signers = Result { ["ec": try Signer("ec"), "rsa:2048": try Signer("rsa:2048")] }
    static let kinds = ["ec", "rsa:2048"]
    private static let time = Instant(millisecondsSince1970: 1_795_440_284_000)

    private static func queue(_ kind: String, _ edit: (inout SigningSettings) -> Void = { _ in }) throws -> SigningQueue {
        let signer = try #require(try signers.get()[kind])
        var settings = SigningSettings()
        edit(&settings)
        return SigningQueue(
            composer: try SignatureComposer(key: signer.key, certificate: signer.certificate), settings: settings)
    }

    private static func message(_ number: Int) -> [UInt8] { Array("message \(number)".utf8) }

    /// What each of so many messages comes to, all given to the queue at once; each a millisecond later than the one before.
    private static func sign(_ count: Int, with queue: SigningQueue) async -> [Result<SignatureData, KeyVaultFailure>] {
        await withTaskGroup(of: (Int, Result<SignatureData, KeyVaultFailure>).self) { group in
            for number in 0..<count {
                group.addTask {
                    let digests = MessageDigests(message: queue.digest.digest(message(number)), attachments: [])
                    let now = Instant(millisecondsSince1970: time.millisecondsSince1970 + Int64(number))
                    do throws(KeyVaultFailure) {
                        return (number, .success(try await queue.sign(digests, at: now, ocspResponse: [UInt8(number % 256)])))
                    } catch { return (number, .failure(error)) }
                }
            }
            var outcomes: [Int: Result<SignatureData, KeyVaultFailure>] = [:]
            for await (number, outcome) in group { outcomes[number] = outcome }
            return (0..<count).compactMap { outcomes[$0] }
        }
    }

    private static func verify(_ data: SignatureData, _ number: Int) throws -> VerifiedSignature {
        try SignatureVerifier.verify(data, parts: PartDigests(message: message(number)))
    }

    @Test(arguments: kinds) func aloneIsSignedAlone(_ kind: String) async throws {
        let queue = try Self.queue(kind)
        for number in 0..<5 {
            let digests = MessageDigests(message: queue.digest.digest(Self.message(number)), attachments: [])
            let data = try await queue.sign(digests, at: Self.time, ocspResponse: [1])
            #expect(data.hashChain == nil)
            #expect(try Self.verify(data, number).signingTime == Self.time)
        }
    }

    /// Time and OCSP response are those of the latest message: neither is older than any message that they speak for.
    @Test(arguments: kinds) func manyShareFewSignatures(_ kind: String) async throws {
        let queue = try Self.queue(kind) { $0.batchMessages = 32 }
        let signatures = try await Self.sign(256, with: queue).map { try $0.get() }
        let batches = Dictionary(grouping: signatures.indices) { signatures[$0].signature }
        #expect(batches.count <= 64, "\(batches.count) signatures")
        #expect(batches.values.allSatisfy { $0.count <= 32 })
        for members in batches.values {
            for number in members {
                let verified = try Self.verify(signatures[number], number)
                let latest = try #require(members.max())
                #expect(verified.signingTime.millisecondsSince1970 == Self.time.millisecondsSince1970 + Int64(latest))
                #expect(verified.ocspResponses == [[UInt8(latest % 256)]])
            }
        }
    }

    @Test(arguments: kinds) func withoutBatches(_ kind: String) async throws {
        let queue = try Self.queue(kind) { $0.batches = false }
        let signatures = try await Self.sign(64, with: queue).map { try $0.get() }
        #expect(signatures.allSatisfy { $0.hashChain == nil })
        #expect(Set(signatures.map(\.signature)).count == 64)
        for (number, data) in signatures.enumerated() { #expect(throws: Never.self) { try Self.verify(data, number) } }
    }

    /// A full queue refuses at once and what it took is signed.
    @Test func boundedQueue() async throws {
        let queue = try Self.queue("rsa:2048") {
            $0.maximumWaiting = 4
            $0.batchMessages = 2
        }
        let outcomes = await Self.sign(256, with: queue)
        let refused = outcomes.count { $0 == .failure(.signingOverloaded(waiting: 4)) }
        #expect(refused > 0)
        for (number, outcome) in outcomes.enumerated() {
            guard case .success(let data) = outcome else { continue }
            #expect(throws: Never.self) { try Self.verify(data, number) }
        }
        #expect(outcomes.count { if case .success = $0 { true } else { false } } == 256 - refused)
        let later = await Self.sign(1, with: queue)
        #expect(throws: Never.self) { try later[0].get() }
    }

    /// Nothing may wait, so only who leads at once is served; the key is free again afterwards.
    @Test func boundedWait() async throws {
        let queue = try Self.queue("rsa:2048") { $0.waitMilliseconds = 0 }
        let outcomes = await Self.sign(64, with: queue)
        #expect(outcomes.contains { if case .failure(.signingOverloaded) = $0 { true } else { false } })
        let later = await Self.sign(1, with: queue)
        #expect(throws: Never.self) { try later[0].get() }
    }
}
