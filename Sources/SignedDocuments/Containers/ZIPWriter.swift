import XRoadModel

/// Writes a small ZIP archive with stored entries in memory. The same entries, time and comment give the same bytes.
struct ZIPWriter {
    private var archive: [UInt8] = []
    private var stream = ZIPStreamWriter()
    private let modified: ZIPTime

    /// `modified` becomes each entry's time.
    init(modified: Instant) { self.modified = ZIPTime(modified) }

    /// Sizes are written before the data, without a descriptor, as streaming readers of stored entries need them.
    mutating func add(_ name: String, _ content: [UInt8]) throws(SignedDocumentFailure) {
        guard UInt64(archive.count) + UInt64(content.count) < ZIPFormat.longThreshold else {
            throw .malformedContainer("larger than a ZIP archive without ZIP64 can be")
        }
        archive += try stream.begin(ZIPStreamEntry(name: name, content: ZIPChecksum(content), modified: modified))
        archive += content
    }

    consuming func finish(comment: String) -> [UInt8] { archive + stream.finish(comment: comment) }
}
