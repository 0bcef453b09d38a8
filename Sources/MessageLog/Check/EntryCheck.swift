import PKI
import SignedDocuments

/// Checks what stands in one entry against the digests in its leaf, and the leaf against its hash.
struct EntryCheck {
    /// SHA-256 of a content file as it is now.
    let contentDigest: (String) -> [UInt8]?
    /// The last signature document and its digest: messages of one batch share it.
    private var lastSignature: (document: [UInt8], digest: [UInt8])?

    init(contentDigest: @escaping (String) -> [UInt8]?) { self.contentDigest = contentDigest }

    /// Whether the leaf is of what stands in the columns; nil where erasure has destroyed one of them.
    static func isLeafRight(_ entry: StoredEntry) -> Bool? {
        entry.leaf.map { MerkleTree.leafHash($0) == entry.leafHash }
    }

    mutating func check(_ message: StoredMessage, hasKey: Bool?, isUnderErasure: Bool, _ findings: inout LogFindings) {
        let number = message.number
        let isErased = message.erasedBy != nil
        if message.leaf == nil, !(isErased && message.policy.signatureOnErasure == .destroy) {
            findings.add(.entryChanged, number, "a digest of its leaf is missing")
        }
        for part in message.parts { check(part, of: message, isUnderErasure, &findings) }
        if let document = message.sharedSignature {
            if let expected = message.signatureDigest {
                if digest(of: document) != expected {
                    findings.add(.contentChanged, number, "the signature document is another one")
                }
            } else {
                findings.add(.contentNotErased, number, "the signature document is still there")
            }
        } else if !isErased, message.policy.signatureOnErasure == .keep {
            findings.add(.contentMissing, number, "the signature document is missing")
        }
        switch (isErased, hasKey) {
        case (true, true) where !isUnderErasure: findings.add(.contentNotErased, number, "the key is still there")
        case (false, false): findings.add(.keyMissing, number, "the key is gone, no erasure says so")
        default: break
        }
    }

    private func check(_ part: StoredPart, of message: StoredMessage, _ isUnderErasure: Bool, _ findings: inout LogFindings) {
        let number = message.number
        let isKept = message.policy.signatureOnErasure == .keep && part.counter == RecordSeal.evidenceCounter
        if message.erasedBy != nil, !isKept {
            guard !isUnderErasure else { return }
            if part.bytes != nil { findings.add(.contentNotErased, number, "\(Self.name(part)) still lies in the log") }
            if let file = part.file, contentDigest(file) != nil {
                findings.add(.contentNotErased, number, "content file \(file) is still there")
            }
            return
        }
        // Whether it may be so, `ReleaseCheck` says.
        if message.isReleased, part.bytes == nil, part.counter != RecordSeal.evidenceCounter { return }
        guard let bytes = part.bytes else { return findings.add(.contentMissing, number, "\(Self.name(part)) is missing") }
        if let file = part.file {
            guard let digest = contentDigest(file) else {
                return findings.add(.contentMissing, number, "content file \(file) is missing")
            }
            if digest != part.digest { findings.add(.contentChanged, number, "content file \(file) was changed") }
        } else if DigestAlgorithm.sha256.digest(bytes) != part.digest {
            findings.add(.contentChanged, number, "\(Self.name(part)) was changed")
        }
    }

    private mutating func digest(of document: [UInt8]) -> [UInt8] {
        if let lastSignature, lastSignature.document == document { return lastSignature.digest }
        let digest = DigestAlgorithm.sha512.digest(document)
        lastSignature = (document, digest)
        return digest
    }

    private static func name(_ part: StoredPart) -> String {
        switch part.counter {
        case RecordSeal.messageCounter: "the message"
        case RecordSeal.evidenceCounter: "the evidence"
        default: "attachment \(part.counter - 1)"
        }
    }
}
