import SignedDocuments
import XRoadModel

/// One entry of the log as it was found in an archive. Nothing of it is verified but the form.
package struct ArchivedRecord: Sendable {
    package enum Attachment: Sendable {
        case inline([UInt8])
        /// A content file, which was read and is not in memory, and its sealed key.
        case file(byteCount: UInt64, key: [UInt8])
    }

    /// Of the entry in the archive.
    package let name: String
    package let modified: ZIPTime
    /// SHA-512 of the whole container.
    package internal(set) var digest: [UInt8] = []
    package internal(set) var leafText: [UInt8]?
    package internal(set) var leaf: LeafFields?
    /// Where there is no leaf.
    package internal(set) var leafHash: TreeHash?
    /// As the record says.
    package internal(set) var time: Instant?
    /// Of the wrapped data key in the vault.
    package internal(set) var key: Int64?
    package internal(set) var signature: [UInt8]?
    package internal(set) var hashChain: HashChainDocuments?
    package internal(set) var timestamp: SignedContainer.Timestamp?
    /// As stored, where it is not a hash chain in the clear.
    package internal(set) var evidence: [UInt8]?
    package internal(set) var content: [UInt8]?
    /// By number. Those that were more than is held in memory are missing; their digests are there.
    package internal(set) var attachments: [Int: Attachment] = [:]
    package internal(set) var digests = StoredDigests()
    /// Content files that the vault's key opened.
    var openedFiles: [Int: PassingContent.Opened] = [:]
    /// Why it is not in the form of a record.
    package internal(set) var malformations: [String] = []

    init(name: String, modified: ZIPTime) {
        self.name = name
        self.modified = modified
    }

    /// Taken from the entry's name; nil for a name that no archive has.
    package var identifier: (record: RecordIdentifier, kind: String)? { ArchiveName.identifier(ofEntry: name) }

    /// What the record says of itself and is not so.
    package var contradictions: [String] {
        var contradictions = leaf?.contradictions(digests) ?? []
        guard let (identifier, kind) = identifier else { return contradictions + ["name"] }
        if let time, ZIPTime(time) != modified { contradictions.append("time") }
        if let leaf {
            if leaf.number != identifier.number { contradictions.append("number") }
            let expected = leaf.kind == .event ? leaf.kind.rawValue : leaf["direction"]
            if kind != expected { contradictions.append("kind") }
        } else if kind != "erased" {
            contradictions.append("kind")
        }
        return contradictions
    }

    /// The local client or provider whose message it is; nil of an event, or where the leaf does not tell.
    package var client: ClientIdentifier? {
        leaf?.entry.map { $0.side == .consumer ? $0.client : $0.service.provider }
    }
}
