import PKI

/// Bytes that are read once, from the first to the last.
package protocol ByteStream {
    /// Fewer than `count` only at the end.
    mutating func read(_ count: Int) throws(SignedDocumentFailure) -> [UInt8]
    /// Passes over so many, or to the end.
    mutating func skip(_ count: UInt64) throws(SignedDocumentFailure)
}

/// Reads an archive in the form in which `ZIPStreamWriter` writes it and in no other: from what it has read it makes the headers,
/// the directory and the end record anew, and compares. So each byte has one meaning to every reader, nothing is hidden between
/// or after the entries, and memory is bounded by one header and what the caller asks for at once.
package struct ZIPStreamReader<Source: ByteStream> {
    package private(set) var source: Source
    package private(set) var entryCount = 0
    private var position: UInt64 = 0
    private var directory = StreamingDigest(.sha256)
    private var directoryLength: UInt64 = 0
    private var entry: ZIPStreamEntry?
    private var seen = ZIPChecksum()
    private var isSkipped = false

    package init(_ source: Source) { self.source = source }

    /// The next entry; nil after the last, when the directory has been compared. Content of the entry before that was not read is
    /// passed over, and then its checksum is not checked.
    package mutating func next() throws(SignedDocumentFailure) -> ZIPStreamEntry? {
        try finishEntry()
        let signature = try exactly(4)
        guard signature.unsigned32(at: 0) == ZIPFormat.localHeaderSignature else {
            try compareDirectory(startingWith: signature)
            return nil
        }
        let entry = try readHeader(startingWith: signature)
        entryCount += 1
        guard entryCount <= ZIPFormat.maximumEntries else {
            throw .malformedContainer("more than \(ZIPFormat.maximumEntries) entries")
        }
        let central = entry.centralHeader(offset: position)
        directory.update(central)
        directoryLength += UInt64(central.count)
        position += UInt64(entry.localHeader.count) + entry.content.byteCount
        (self.entry, seen, isSkipped) = (entry, ZIPChecksum(), false)
        return entry
    }

    /// Up to `count` bytes of the entry's content; empty at its end, when the checksum has been checked.
    package mutating func content(_ count: Int) throws(SignedDocumentFailure) -> [UInt8] {
        guard let entry, !isSkipped else { return [] }
        let left = entry.content.byteCount - seen.byteCount
        let bytes = try exactly(Int(min(UInt64(max(0, count)), left)))
        seen.update(bytes)
        if seen.byteCount == entry.content.byteCount { try checkContent(of: entry) }
        return bytes
    }

    /// All of it, if it is no more than `limit` bytes.
    package mutating func wholeContent(limit: Int) throws(SignedDocumentFailure) -> [UInt8] {
        guard let entry else { return [] }
        guard entry.content.byteCount <= UInt64(limit) else {
            throw .malformedContainer("\(entry.name) is larger than \(limit) bytes")
        }
        return try content(Int(entry.content.byteCount))
    }

    private mutating func finishEntry() throws(SignedDocumentFailure) {
        guard let entry, !isSkipped else { return }
        let left = entry.content.byteCount - seen.byteCount
        if left == 0 { return try checkContent(of: entry) }
        isSkipped = true
        try source.skip(left)
    }

    private func checkContent(of entry: ZIPStreamEntry) throws(SignedDocumentFailure) {
        guard seen == entry.content else { throw .malformedContainer("\(entry.name) fails its checksum") }
    }

    /// The lengths of name and extra fields, and the ZIP64 sizes, are all that is needed to make the header anew.
    private mutating func readHeader(startingWith signature: [UInt8]) throws(SignedDocumentFailure) -> ZIPStreamEntry {
        let fixed = signature + (try exactly(ZIPFormat.localHeaderLength - 4))
        let name = try exactly(fixed.unsigned16(at: 26))
        let extra = try exactly(fixed.unsigned16(at: 28))
        var size = UInt64(fixed.unsigned32(at: 22))
        if size == ZIPFormat.longThreshold, extra.count == ZIPFormat.longFieldHeaderLength + 16 {
            size = UInt64(extra.unsigned32(at: 4)) | UInt64(extra.unsigned32(at: 8)) << 32
        }
        let entry = ZIPStreamEntry(
            name: String(decoding: name, as: UTF8.self),
            content: ZIPChecksum(value: fixed.unsigned32(at: 14), byteCount: size),
            modified: ZIPTime(rawValue: fixed.unsigned32(at: 10)))
        guard size < 1 << 62, entry.hasPlainName, entry.localHeader == fixed + name + extra else {
            throw .malformedContainer("entry \(entryCount + 1) is not in the archive's form")
        }
        return entry
    }

    private mutating func compareDirectory(startingWith start: [UInt8]) throws(SignedDocumentFailure) {
        var found = StreamingDigest(.sha256)
        var left = directoryLength
        if left > 0 {
            found.update(start)
            left -= 4
        }
        while left > 0 {
            let bytes = try exactly(Int(min(left, 64 << 10)))
            found.update(bytes)
            left -= UInt64(bytes.count)
        }
        let end = ZIPEndRecord(entryCount: entryCount, start: position, length: directoryLength, comment: "").bytes
        let foundEnd = directoryLength > 0 ? try exactly(end.count) : start + (try exactly(end.count - 4))
        guard found.finish() == directory.finish(), foundEnd == end else {
            throw .malformedContainer("the central directory contradicts the entries")
        }
        guard try source.read(1).isEmpty else { throw .malformedContainer("bytes after the archive's end") }
    }

    private mutating func exactly(_ count: Int) throws(SignedDocumentFailure) -> [UInt8] {
        let bytes = count > 0 ? try source.read(count) : []
        guard bytes.count == count else { throw .malformedContainer("the archive is cut off") }
        return bytes
    }
}
