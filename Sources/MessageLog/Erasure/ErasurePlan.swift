import PKI
import XRoadModel

/// What an erasure would do, put down before anybody agrees to it: two operators sign its digest, and only what stands here is
/// erased.
package struct ErasurePlan: Hashable, Sendable {
    package let matter: CaseName
    /// Which log: its id, as records' names begin with it.
    package let log: String
    package let selection: LogSelection
    /// What will be erased.
    package let records: RecordRanges
    /// SHA-256 over the leaf hashes of `records` in order: these very records, of this very log.
    package let leavesDigest: [UInt8]
    /// Selected and kept: a hold is on them.
    package let held: RecordRanges
    /// Selected and kept: no time-stamp proves yet when they were there.
    package let unstamped: RecordRanges
    package let created: Instant
    package let expires: Instant

    package init(
        matter: CaseName, log: String, selection: LogSelection, records: RecordRanges, leavesDigest: [UInt8], held: RecordRanges,
        unstamped: RecordRanges, created: Instant, expires: Instant
    ) {
        self.matter = matter
        self.log = log
        self.selection = selection
        self.records = records
        self.leavesDigest = leavesDigest
        self.held = held
        self.unstamped = unstamped
        self.created = created
        self.expires = expires
    }

    /// What the digest is over: a line for each field, in this order; in values `%`, CR and LF are percent-encoded. Can be rebuilt
    /// with any tool.
    package var text: String {
        var lines = [("case", matter.description), ("log", log)]
        lines += selection.fields.sorted { $0.key < $1.key }.map { ("selection-\($0.key)", $0.value) }
        lines += [
            ("records", "\(records)"), ("leaves", Hexadecimal.encode(leavesDigest)), ("held", "\(held)"),
            ("unstamped", "\(unstamped)"), ("created", "\(created)"), ("expires", "\(expires)"),
        ]
        return "ura-erasure-plan 1\n" + lines.map { "\($0)=\(Self.encode($1))\n" }.joined()
    }

    /// SHA-256 of `text`.
    package var digest: [UInt8] { DigestAlgorithm.sha256.digest(Array(text.utf8)) }

    private static func encode(_ value: String) -> String {
        value.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }
}
