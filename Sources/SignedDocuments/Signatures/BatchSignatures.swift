import PKI

/// A signature document whose value is that of its certificate's key over its `SignedInfo`, which covers its signed properties. Says
/// nothing about messages or about whom to trust. Only `prove` makes one.
struct ProvenSignature: Sendable {
    let document: SignatureDocument

    private init(_ document: SignatureDocument) { self.document = document }

    static func prove(_ document: SignatureDocument) throws(SignedDocumentFailure) -> ProvenSignature {
        try document.checkCertificate()
        try document.checkValue()
        return ProvenSignature(document)
    }
}

/// The signatures of batches that were met lately: each comes with every message of its batch, and is read and computed once. Known by
/// the digest of the whole document, so that one with another byte in it, signed or not, is another one. Holds no failures.
package final class BatchSignatures: Sendable {
    private let proven: BoundedCache<[UInt8], ProvenSignature>

    /// `capacity` bounds the memory: at most twice as many documents, of some 10 kB each and never more than 64 KiB.
    package init(capacity: Int = 256) { proven = BoundedCache(capacity: capacity) }

    /// A larger document is read anew each time.
    private static let maximumDocumentBytes = 64 << 10

    /// nil for a document that is not to be remembered.
    func key(of document: [UInt8]) -> [UInt8]? {
        document.count <= Self.maximumDocumentBytes ? DigestAlgorithm.sha256.digest(document) : nil
    }

    func signature(_ key: [UInt8]) -> ProvenSignature? { proven.value(key) }
    func remember(_ signature: ProvenSignature, _ key: [UInt8]) { proven.insert(signature, for: key) }
}
