import XRoadModel

/// Writes a ZIP archive with stored entries. The same entries, time and comment give the same bytes.
struct ZIPWriter {
    private var archive: [UInt8] = []
    private var directory: [UInt8] = []
    private var entries: UInt16 = 0
    private let time: UInt32

    /// `modified` becomes each entry's time, in UTC and steps of two seconds; before 1980 and after 2107 the nearest that ZIP can hold.
    init(modified: Instant) { time = Self.dosTime(modified) }

    /// Sizes are written before the data, without a descriptor, as streaming readers of stored entries need them.
    mutating func add(_ name: String, _ content: [UInt8]) throws(SignedDocumentFailure) {
        guard let size = UInt32(exactly: content.count), size < UInt32.max, let offset = UInt32(exactly: archive.count),
            entries < UInt16.max
        else { throw .malformedContainer("larger than a ZIP archive without ZIP64 can be") }
        var common: [UInt8] = []
        common.append(littleEndian: UInt16(10))
        common.append(littleEndian: UInt16(0))
        common.append(littleEndian: ZIPMethod.stored.rawValue)
        common.append(littleEndian: time)
        common.append(littleEndian: ZIPFormat.checksum(content))
        common.append(littleEndian: size)
        common.append(littleEndian: size)
        common.append(littleEndian: UInt16(name.utf8.count))
        common.append(littleEndian: UInt16(0))

        archive.append(littleEndian: ZIPFormat.localHeaderSignature)
        archive += common
        archive += name.utf8
        archive += content

        directory.append(littleEndian: ZIPFormat.centralHeaderSignature)
        directory.append(littleEndian: UInt16(10))
        directory += common
        directory += [UInt8](repeating: 0, count: 10)
        directory.append(littleEndian: offset)
        directory += name.utf8
        entries += 1
    }

    consuming func finish(comment: String) throws(SignedDocumentFailure) -> [UInt8] {
        guard let offset = UInt32(exactly: archive.count), let length = UInt32(exactly: directory.count) else {
            throw .malformedContainer("larger than a ZIP archive without ZIP64 can be")
        }
        archive += directory
        archive.append(littleEndian: ZIPFormat.endSignature)
        archive.append(littleEndian: UInt32(0))
        archive.append(littleEndian: entries)
        archive.append(littleEndian: entries)
        archive.append(littleEndian: length)
        archive.append(littleEndian: offset)
        archive.append(littleEndian: UInt16(comment.utf8.count))
        archive += comment.utf8
        return archive
    }

    private static func dosTime(_ instant: Instant) -> UInt32 {
        let digits = instant.iso8601(milliseconds: false).split { !$0.isNumber }.compactMap { UInt32($0) }
        guard digits.count == 6, digits[0] >= 1980 else { return 1 << 21 | 1 << 16 }
        guard digits[0] <= 2107 else { return 127 << 25 | 12 << 21 | 31 << 16 | 23 << 11 | 59 << 5 | 29 }
        let date = (digits[0] - 1980) << 9 | digits[1] << 5 | digits[2]
        return date << 16 | digits[3] << 11 | digits[4] << 5 | digits[5] / 2
    }
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
