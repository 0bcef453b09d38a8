import PKI
import XRoadModel

/// The form of plan files: JSON with the plan's digest, by which a changed file is seen.
extension ErasurePlan {
    private static let format = "ura-erasure-plan 1"
    package static let maximumBytes = 32 << 20

    private struct Document: Codable {
        var format: String
        var `case`: String
        var log: String
        var selection: [String: String]
        var records: String
        var leaves: String
        var held: String
        var unstamped: String
        var created: String
        var expires: String
        var digest: String
    }

    package func encoded() throws(MessageLogFailure) -> [UInt8] {
        try JSONDocument.encode(
            Document(
                format: Self.format, case: matter.description, log: log, selection: selection.fields, records: "\(records)",
                leaves: Hexadecimal.encode(leavesDigest), held: "\(held)", unstamped: "\(unstamped)", created: "\(created)",
                expires: "\(expires)", digest: Hexadecimal.encode(digest)))
    }

    package init(reading bytes: [UInt8]) throws(MessageLogFailure) {
        guard bytes.count <= Self.maximumBytes else { throw .planRefused(reason: "it is longer than \(Self.maximumBytes) bytes") }
        guard let document = JSONDocument.decode(Document.self, from: bytes), document.format == Self.format else {
            throw .planRefused(reason: "it is not in the form “\(Self.format)”")
        }
        guard let matter = CaseName(document.case), let records = RecordRanges(document.records),
            let held = RecordRanges(document.held), let unstamped = RecordRanges(document.unstamped),
            let leaves = Hexadecimal.decode(document.leaves), let created = Instant(iso8601: document.created),
            let expires = Instant(iso8601: document.expires), let selection = LogSelection(fields: document.selection)
        else { throw .planRefused(reason: "a field is not in its form") }
        self.init(
            matter: matter, log: document.log, selection: selection, records: records, leavesDigest: leaves, held: held,
            unstamped: unstamped, created: created, expires: expires)
        guard Hexadecimal.encode(digest) == document.digest else {
            throw .planRefused(reason: "it was changed: its digest is no longer the one it says")
        }
    }
}
