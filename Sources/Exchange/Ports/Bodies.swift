import MessageLog
import PKI

/// Keeps bodies until they are verified, signed and journaled: small ones in memory, large ones encrypted on disk.
package protocol BodySpooling: Sendable {
    /// `digests` are taken while the body passes by; more than `limit` bytes are refused.
    func makeSpool(limit: Int, digests: [DigestAlgorithm]) -> any BodySpool
}

/// A body that is still arriving, for one task at a time.
package protocol BodySpool {
    func append(_ bytes: [UInt8]) async throws(TransferFailure)
    func finish() async throws(TransferFailure) -> any SpooledBody
}

/// A body that is there as a whole.
package protocol SpooledBody: Sendable {
    var byteCount: Int { get }
    /// nil for an algorithm that the spool was not made with.
    func digest(_ algorithm: DigestAlgorithm) -> [UInt8]?
    /// From the beginning, as often as asked.
    func source() -> any BodySource
    /// What the journal keeps of it.
    var journaled: JournaledBody { get }
}

extension BodySpooling {
    /// Everything that `source` gives; nil when it gives nothing at all.
    func spool(
        _ source: any BodySource, limit: Int, digests: [DigestAlgorithm]
    ) async throws(TransferFailure) -> (any SpooledBody)? {
        guard var bytes = try await source.next() else { return nil }
        let spool = makeSpool(limit: limit, digests: digests)
        while true {
            try await spool.append(bytes)
            guard let next = try await source.next() else { break }
            bytes = next
        }
        return try await spool.finish()
    }
}
