/// A stored entry of an archive that is written and read as a stream, and the headers it has there: without flags, comment or
/// extra fields, but for sizes and offsets that need ZIP64 (APPNOTE 4.5.3).
package struct ZIPStreamEntry: Hashable, Sendable {
    package let name: String
    package let content: ZIPChecksum
    package let modified: ZIPTime

    package init(name: String, content: ZIPChecksum, modified: ZIPTime) {
        self.name = name
        self.content = content
        self.modified = modified
    }

    /// Printable ASCII, relative, without empty, `.` or `..` steps: means the same on every system.
    package var hasPlainName: Bool { Self.isPlain(name) }

    static func isPlain(_ name: String) -> Bool {
        (1...255).contains(name.utf8.count)
            && name.utf8.allSatisfy { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: ":") }
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { !["", ".", ".."].contains($0) }
    }

    /// Stands before the content.
    var localHeader: [UInt8] {
        var header: [UInt8] = []
        header.append(littleEndian: ZIPFormat.localHeaderSignature)
        header += fields(isLong: isLong, extraLength: isLong ? ZIPFormat.longFieldHeaderLength + 16 : 0)
        header += name.utf8
        if isLong {
            header.append(littleEndian: ZIPFormat.longFieldIdentifier)
            header.append(littleEndian: UInt16(16))
            header.append(littleEndian: content.byteCount)
            header.append(littleEndian: content.byteCount)
        }
        return header
    }

    /// Stands in the directory at the archive's end. `offset` is where the local header begins.
    func centralHeader(offset: UInt64) -> [UInt8] {
        var long: [UInt8] = []
        if isLong {
            long.append(littleEndian: content.byteCount)
            long.append(littleEndian: content.byteCount)
        }
        if offset >= ZIPFormat.longThreshold { long.append(littleEndian: offset) }
        var header: [UInt8] = []
        header.append(littleEndian: ZIPFormat.centralHeaderSignature)
        header.append(littleEndian: long.isEmpty ? ZIPFormat.version : ZIPFormat.longVersion)
        header += fields(isLong: !long.isEmpty, extraLength: long.isEmpty ? 0 : ZIPFormat.longFieldHeaderLength + long.count)
        header += [UInt8](repeating: 0, count: 10)
        header.append(littleEndian: UInt32(clamping: offset))
        header += name.utf8
        if !long.isEmpty {
            header.append(littleEndian: ZIPFormat.longFieldIdentifier)
            header.append(littleEndian: UInt16(long.count))
            header += long
        }
        return header
    }

    private var isLong: Bool { content.byteCount >= ZIPFormat.longThreshold }

    /// What both headers say: version needed, flags, method, time, checksum, sizes, lengths of name and extra fields.
    private func fields(isLong: Bool, extraLength: Int) -> [UInt8] {
        var fields: [UInt8] = []
        fields.append(littleEndian: isLong ? ZIPFormat.longVersion : ZIPFormat.version)
        fields.append(littleEndian: UInt16(0))
        fields.append(littleEndian: ZIPMethod.stored.rawValue)
        fields.append(littleEndian: modified.rawValue)
        fields.append(littleEndian: content.value)
        fields.append(littleEndian: UInt32(clamping: content.byteCount))
        fields.append(littleEndian: UInt32(clamping: content.byteCount))
        fields.append(littleEndian: UInt16(name.utf8.count))
        fields.append(littleEndian: UInt16(extraLength))
        return fields
    }
}
