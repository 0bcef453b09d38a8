import PKI

/// Bounds of a journal; all finite.
package struct JournalSettings: Sendable {
    /// Records that may wait for the writer, and their bytes.
    package var maximumWaiting = 4096
    package var maximumWaitingBytes = 256 << 20
    /// A record that the writer has not taken by then is refused.
    package var waitMilliseconds = 10_000
    /// Records and bytes of one commit.
    package var groupRecords = 512
    package var groupBytes = 32 << 20
    /// Of a message part with its signature and hash chain, and of each body that is not a content file.
    package var partBytes = 4 << 20
    /// Nothing to write for so long: time to checkpoint.
    package var idleMilliseconds = 200
    /// Written since the last checkpoint: time to checkpoint also when busy.
    package var walBytes = 32 << 20
    /// With less room on the disk somebody should be told, and with less no message is taken.
    package var warnBytes: Int64 = 1 << 30
    package var refuseBytes: Int64 = 64 << 20
    /// Of a key store that is made; one that is there keeps its own.
    package var passphraseCost = PassphraseCost.standard

    package init() {}
}
