import XRoadModel

/// What the tree says of a message: who, when, which service, and digests by which its content can be checked while it is there.
/// Nothing of it is personal, and nothing of it tells about the content once the record's key is gone.
package struct MessageLeaf: Hashable, Sendable {
    package let entry: LogEntry
    /// The local member whose key wraps the record's.
    package let owner: MemberIdentifier
    /// Of message part and bodies, before sealing.
    package let byteCount: Int
    package let bodyLogging: LogPolicy.BodyLogging
    package let signatureOnErasure: LogPolicy.SignatureOnErasure
    package let configurationHash: [UInt8]
    /// What allowed the exchange.
    package let decision: String
    /// SHA-256 of the sealed message part, and of each sealed attachment or content file.
    package let content: [UInt8]
    package let attachments: [[UInt8]]
    /// See `RecordSeal.commitment`.
    package let commitment: [UInt8]
    /// SHA-512 of the signature document.
    package let signature: [UInt8]
    /// SHA-256 of the stored evidence; nil where there is none.
    package let evidence: [UInt8]?

    package init(
        entry: LogEntry, owner: MemberIdentifier, byteCount: Int, bodyLogging: LogPolicy.BodyLogging,
        signatureOnErasure: LogPolicy.SignatureOnErasure, configurationHash: [UInt8], decision: String, content: [UInt8],
        attachments: [[UInt8]], commitment: [UInt8], signature: [UInt8], evidence: [UInt8]?
    ) {
        self.entry = entry
        self.owner = owner
        self.byteCount = byteCount
        self.bodyLogging = bodyLogging
        self.signatureOnErasure = signatureOnErasure
        self.configurationHash = configurationHash
        self.decision = decision
        self.content = content
        self.attachments = attachments
        self.commitment = commitment
        self.signature = signature
        self.evidence = evidence
    }

    /// What `MerkleTree.leafHash` takes.
    package func text(number: Int64) -> [UInt8] { LeafText.leaf(.message, number: number, lines: lines) }

    /// Made before the number is known.
    package var lines: [UInt8] {
        var text = LeafText()
        let service = entry.service
        text.line("time", entry.time.millisecondsSince1970)
        text.line("side", entry.side.rawValue)
        text.line("direction", entry.direction.rawValue)
        text.line("kind", entry.kind.rawValue)
        text.line("request-id", entry.requestIdentifier)
        text.line("message-id", entry.messageIdentifier)
        text.line("client", codes: entry.client.codes)
        text.line(
            "service",
            codes: service.provider.member.codes + [service.provider.subsystemCode ?? "", service.serviceCode]
                + (service.serviceVersion.map { [$0] } ?? []))
        text.line("owner", codes: owner.codes)
        text.line("bytes", byteCount)
        text.line("body-logging", bodyLogging.rawValue)
        text.line("signature-on-erasure", signatureOnErasure.rawValue)
        text.line("configuration", hexadecimal: configurationHash)
        text.line("decision", decision)
        text.line("content", hexadecimal: content)
        for digest in attachments { text.line("attachment", hexadecimal: digest) }
        text.line("commitment", hexadecimal: commitment)
        text.line("signature", hexadecimal: signature)
        text.line("evidence", hexadecimal: evidence ?? [])
        return text.bytes
    }

    /// The leaf with `lines`, for a writer that has made them before.
    package static func text(number: Int64, lines: [UInt8]) -> [UInt8] { LeafText.leaf(.message, number: number, lines: lines) }
}
