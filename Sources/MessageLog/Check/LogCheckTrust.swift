import XRoadModel

/// What a check of a log believes: keys, and checkpoints that were kept elsewhere.
package struct LogCheckTrust: Sendable {
    /// A key that may have signed the log's checkpoints.
    package struct LogKey: Hashable, Sendable {
        package let key: NoteVerifierKey
        /// The end of the owner's last statement on it; nil for a key that whoever checks has named himself.
        package let expires: Instant?

        package init(key: NoteVerifierKey, expires: Instant?) {
            self.key = key
            self.expires = expires
        }
    }

    /// A checkpoint that does not come out of the log's database.
    package struct Anchor: Sendable {
        package enum Source: Sendable, Hashable {
            /// Beside the database: shows that the database alone was replaced.
            case keptFile
            case witness(String)
        }

        package let source: Source
        package let checkpoint: SignedCheckpoint

        package init(source: Source, checkpoint: SignedCheckpoint) {
            self.source = source
            self.checkpoint = checkpoint
        }
    }

    package var logKeys: [LogKey] = []
    package var witnessKeys: [NoteVerifierKey] = []
    package var anchors: [Anchor] = []
    /// Judges the token (RFC 3161, DER) of a checkpoint signed at that time: why it is not to be believed, or nil. Nil: tokens are not
    /// judged.
    package var timestampFault: (@Sendable (_ token: [UInt8], _ text: NoteText, _ signedAt: Instant) -> String?)?
    /// When the log is checked: entries that wait for a checkpoint for long are told. Nil: they are not.
    package var now: Instant?
    /// What was found when keys and anchors were gathered.
    package var findings: [LogFinding] = []

    package init() {}

    var keys: [NoteVerifierKey] { logKeys.map(\.key) }

    /// The latest of a key's ends; nil where one has none.
    func expires(_ key: NoteVerifierKey) -> Instant? {
        let ends = logKeys.filter { $0.key == key }.map(\.expires)
        return ends.contains(nil) ? nil : ends.compactMap(\.self).max()
    }
}
