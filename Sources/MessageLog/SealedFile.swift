/// A body in an encrypted file (see `ContentSeal`) that the journal can make its own. The holder of the value removes the file's
/// temporary name with it; a name that the journal linked stays.
package protocol SealedFile: Sendable {
    /// Of this file only.
    var key: ContentKey { get }
    /// Of the body, not of the file.
    var byteCount: Int { get }
    /// SHA-512 of the body.
    var digest: [UInt8] { get }
    /// SHA-256 of the file.
    var sealedDigest: [UInt8] { get }

    /// Syncs the content to the disk and gives the file a second name, which must be in the same file system. Blocks the thread.
    /// The caller syncs the folder.
    func link(to path: String) throws(MessageLogFailure)
}
