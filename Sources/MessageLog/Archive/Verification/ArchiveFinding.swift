import SignedDocuments

/// Something that is wrong with an archive, or worth saying of it.
package struct ArchiveFinding: Hashable, Sendable {
    package enum Code: String, Sendable, CaseIterable {
        // One archive by itself.
        /// Not an archive from the first byte to the last: cut off, changed, or made by another program.
        case unreadable
        /// It is there in a form that is not looked into: encrypted.
        case notRead = "not_read"
        case recordRemoved = "record_removed"
        case recordAdded = "record_added"
        case recordDuplicated = "record_duplicated"
        case recordAltered = "record_altered"
        case recordReordered = "record_reordered"
        /// A record is not of the archive's form, or its parts are not what its leaf says.
        case recordContradictory = "record_contradictory"

        // Archives among each other.
        case renamed
        case removed
        case duplicated
        /// Two archives say that they follow the same one.
        case forked
        case linkBroken = "link_broken"
        case reordered
        /// The last archive that there should be is not there.
        case lastMissing = "last_missing"
        case numbersMissing = "numbers_missing"
        case endNotProvable = "end_not_provable"
    }

    package let code: Code
    /// File name; nil of what is about the folder.
    package let archive: String?
    /// Entry of the archive.
    package let record: String?
    package let text: String

    package init(_ code: Code, archive: String?, record: String? = nil, _ text: String) {
        self.code = code
        self.archive = archive
        self.record = record
        self.text = text
    }

    /// nil of a remark that leaves the outcome as it is.
    package var indication: VerificationReport.Indication? {
        switch code {
        case .unreadable, .recordRemoved, .recordAdded, .recordDuplicated, .recordAltered, .recordReordered,
            .recordContradictory, .renamed, .removed, .duplicated, .forked, .linkBroken, .reordered, .lastMissing:
            .totalFailed
        case .notRead: .indeterminate
        case .numbersMissing, .endNotProvable: nil
        }
    }
}
