import PKI
import SignedDocuments

/// Reads an archive from its first byte to its last, record by record. In memory are one record without its content files, and the
/// name and digest of each record.
package struct ArchiveReader<Source: ByteStream> {
    private let content: EntryContent<Source>
    private let vault: ArchiveVault?
    private let limits: RecordReadLimits
    /// Those that were read.
    package private(set) var entries: [ArchiveReaderEntry] = []
    /// There once everything was read, if it is there at all.
    package private(set) var linking: LinkingInformation?

    /// - Parameter vault: opens content files while they pass; nil where nothing is to be opened.
    package init(_ source: Source, vault: ArchiveVault? = nil, limits: RecordReadLimits = RecordReadLimits()) {
        content = EntryContent(source)
        self.vault = vault
        self.limits = limits
    }

    /// Nil after the last record. Fails where the archive cannot be read on; a single record's faults are told in the record.
    package mutating func next() throws(SignedDocumentFailure) -> ArchivedRecord? {
        guard let entry = try content.next() else { return nil }
        guard linking == nil else { throw .malformedContainer("\(ArchiveName.linkingInformation) is not the last entry") }
        guard entry.name != ArchiveName.linkingInformation else {
            let bytes = try content.whole(limit: LinkingInformation.maximumBytes)
            guard let linking = LinkingInformation(bytes) else {
                throw .malformedContainer("\(ArchiveName.linkingInformation) is not in X-Road's form")
            }
            self.linking = linking
            return try next()
        }
        var record = read(entry)
        record.digest = try content.finishDigest()
        entries.append(ArchiveReaderEntry(name: entry.name, digest: record.digest))
        return record
    }

    /// The record with this name, whatever stands before it; nil where the archive has none.
    package mutating func find(_ name: String) throws(SignedDocumentFailure) -> ArchivedRecord? {
        while let entry = try content.next() {
            if ArchiveName.identifier(ofEntry: entry.name)?.record.name == name { return read(entry) }
        }
        return nil
    }

    private func read(_ entry: ZIPStreamEntry) -> ArchivedRecord {
        var reader = RecordContainerReader(
            content, ArchivedRecord(name: entry.name, modified: entry.modified), limits: limits, vault: vault)
        return reader.read()
    }
}

/// The content of an archive's current entry as a stream of its own, digested while it passes.
private final class EntryContent<Source: ByteStream>: ByteStream {
    private var archive: ZIPStreamReader<Source>
    private var digest = StreamingDigest(.sha512)

    init(_ source: Source) { archive = ZIPStreamReader(source) }

    func next() throws(SignedDocumentFailure) -> ZIPStreamEntry? { try archive.next() }

    func whole(limit: Int) throws(SignedDocumentFailure) -> [UInt8] { try archive.wholeContent(limit: limit) }

    func read(_ count: Int) throws(SignedDocumentFailure) -> [UInt8] {
        let bytes = try archive.content(count)
        digest.update(bytes)
        return bytes
    }

    func skip(_ count: UInt64) throws(SignedDocumentFailure) {
        var left = count
        while left > 0 {
            let bytes = try read(Int(min(left, 64 << 10)))
            if bytes.isEmpty { return }
            left -= UInt64(bytes.count)
        }
    }

    /// Of the whole entry, whatever of it was read before.
    func finishDigest() throws(SignedDocumentFailure) -> [UInt8] {
        try skip(.max)
        return digest.finish()
    }
}
