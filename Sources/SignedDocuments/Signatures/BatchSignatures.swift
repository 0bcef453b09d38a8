import PKI
import Synchronization

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

/// The signatures of batches that were met lately: each comes with every message of its batch, and is read and computed once, also where
/// several threads meet it at the same time. Known by the digest of the whole document, so that one with another byte in it, signed or
/// not, is another one. Holds no failures.
package final class BatchSignatures: Sendable {
    private let proven: BoundedCache<[UInt8], ProvenSignature>
    /// Whoever waits for a document that is being proved. As many documents at most as messages are verified at a time.
    private let underWay = Mutex<[[UInt8]: [CheckedContinuation<Void, Never>]]>([:])

    /// `capacity` bounds the memory: at most twice as many documents, of some 10 kB each and never more than 64 KiB.
    package init(capacity: Int = 256) { proven = BoundedCache(capacity: capacity) }

    /// A larger document is read anew each time.
    private static let maximumDocumentBytes = 64 << 10

    /// nil for a document that is not to be remembered.
    func key(of document: [UInt8]) -> [UInt8]? {
        document.count <= Self.maximumDocumentBytes ? DigestAlgorithm.sha256.digest(document) : nil
    }

    /// What is known of the document. nil where the caller is to prove it: then it must `settle` the matter, without waiting for
    /// anything else.
    func claim(_ key: [UInt8]) async -> ProvenSignature? {
        while true {
            if let known = proven.value(key) { return known }
            if underWay.withLock({ Self.begin(key, &$0) }) { return nil }
            await withCheckedContinuation { task in
                let isOver = underWay.withLock { underWay in
                    guard underWay[key] != nil else { return true }
                    underWay[key]?.append(task)
                    return false
                }
                if isOver { task.resume() }
            }
        }
    }

    /// `signature` is nil where the document is not to be remembered; the next one who waits proves it for itself.
    func settle(_ key: [UInt8], _ signature: ProvenSignature?) {
        if let signature { proven.insert(signature, for: key) }
        for task in underWay.withLock({ $0.removeValue(forKey: key) }) ?? [] { task.resume() }
    }

    private static func begin(_ key: [UInt8], _ underWay: inout [[UInt8]: [CheckedContinuation<Void, Never>]]) -> Bool {
        guard underWay[key] == nil else { return false }
        underWay[key] = []
        return true
    }
}
