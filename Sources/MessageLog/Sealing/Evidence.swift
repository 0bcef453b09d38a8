import SignedDocuments

/// What of a record's signature lies with the record itself: the hash chain, if it has one, and the signature document where
/// erasure is to destroy it. Documents with their lengths (4 bytes, most significant first) before them; their number says which
/// they are.
package enum Evidence {
    /// Nil where everything of the signature is shared.
    package static func encode(_ data: SignatureData, policy: LogPolicy) -> [UInt8]? {
        let documents =
            (data.hashChain.map { [$0.result, $0.chain] } ?? [])
            + (policy.signatureOnErasure == .destroy ? [data.signature] : [])
        guard !documents.isEmpty else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(documents.reduce(0) { $0 + 4 + $1.count })
        for document in documents {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: document.count >> (24 - 8 * $0)) }
            bytes += document
        }
        return bytes
    }

    /// Nil where the bytes are not of this form. `signature` is nil where it is shared.
    package static func decode(_ bytes: [UInt8]) -> (signature: [UInt8]?, hashChain: HashChainDocuments?)? {
        var documents: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard rest.count >= 4 else { return nil }
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            rest = rest.dropFirst(4)
            guard rest.count >= length, documents.count < 3 else { return nil }
            documents.append(Array(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        switch documents.count {
        case 1: return (documents[0], nil)
        case 2: return (nil, HashChainDocuments(result: documents[0], chain: documents[1]))
        case 3: return (documents[2], HashChainDocuments(result: documents[0], chain: documents[1]))
        default: return nil
        }
    }
}
