/// Writes an archive that passes through: gives the bytes that stand before, between and after the entries' contents, so that
/// neither contents nor archive are ever in memory. The same entries give the same bytes.
package struct ZIPStreamWriter: Sendable {
    /// Of the archive so far, contents included.
    package private(set) var byteCount: UInt64 = 0
    package private(set) var entryCount = 0
    private var directory: [UInt8] = []

    package init() {}

    /// What a directory with entries of this archive's names takes in memory, and its share of the archive.
    package var directoryByteCount: Int { directory.count }

    /// The bytes before the entry's content, which has to follow: exactly the bytes that `entry.content` was made of.
    package mutating func begin(_ entry: ZIPStreamEntry) throws(SignedDocumentFailure) -> [UInt8] {
        guard entryCount < ZIPFormat.maximumEntries else {
            throw .malformedContainer("more than \(ZIPFormat.maximumEntries) entries")
        }
        guard entry.hasPlainName else { throw .malformedContainer("an entry with an unacceptable name") }
        directory += entry.centralHeader(offset: byteCount)
        let header = entry.localHeader
        byteCount += UInt64(header.count) + entry.content.byteCount
        entryCount += 1
        return header
    }

    /// The bytes after the last content.
    package consuming func finish(comment: String = "") -> [UInt8] {
        directory
            + ZIPEndRecord(entryCount: entryCount, start: byteCount, length: UInt64(directory.count), comment: comment).bytes
    }
}

/// What ends an archive: where its directory stands (APPNOTE 4.3.14 to 4.3.16).
struct ZIPEndRecord {
    let entryCount: Int
    /// Of the directory.
    let start: UInt64
    let length: UInt64
    let comment: String

    var bytes: [UInt8] {
        var record: [UInt8] = []
        if max(start, length) >= ZIPFormat.longThreshold { record = longRecord }
        record.append(littleEndian: ZIPFormat.endSignature)
        record.append(littleEndian: UInt32(0))
        record.append(littleEndian: UInt16(clamping: entryCount))
        record.append(littleEndian: UInt16(clamping: entryCount))
        record.append(littleEndian: UInt32(clamping: length))
        record.append(littleEndian: UInt32(clamping: start))
        record.append(littleEndian: UInt16(comment.utf8.count))
        return record + comment.utf8
    }

    private var longRecord: [UInt8] {
        var record: [UInt8] = []
        record.append(littleEndian: ZIPFormat.longEndSignature)
        record.append(littleEndian: UInt64(44))
        record.append(littleEndian: ZIPFormat.longVersion)
        record.append(littleEndian: ZIPFormat.longVersion)
        record.append(littleEndian: UInt64(0))
        record.append(littleEndian: UInt64(entryCount))
        record.append(littleEndian: UInt64(entryCount))
        record.append(littleEndian: length)
        record.append(littleEndian: start)
        record.append(littleEndian: ZIPFormat.longLocatorSignature)
        record.append(littleEndian: UInt32(0))
        record.append(littleEndian: start + length)
        record.append(littleEndian: UInt32(1))
        return record
    }
}

extension [UInt8] {
    mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
