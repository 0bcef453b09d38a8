/// One entry of the central directory (APPNOTE 4.3.12), checked.
struct ZIPEntryHeader {
    let name: String
    let flags: UInt16
    let method: ZIPMethod
    let checksum: UInt32
    let compressedSize: Int
    let size: Int
    let offset: Int
    /// Where the next header of the directory begins.
    let end: Int

    init(central archive: [UInt8], at position: Int, before limit: Int) throws(SignedDocumentFailure) {
        guard position + ZIPFormat.centralHeaderLength <= limit,
            archive.unsigned32(at: position) == ZIPFormat.centralHeaderSignature
        else { throw .malformedContainer("a broken central directory") }
        let nameStart = position + ZIPFormat.centralHeaderLength
        let nameEnd = nameStart + archive.unsigned16(at: position + 28)
        let extraEnd = nameEnd + archive.unsigned16(at: position + 30)
        end = extraEnd + archive.unsigned16(at: position + 32)
        guard end <= limit else { throw .malformedContainer("a broken central directory") }
        name = try Self.checkedName(archive[nameStart..<nameEnd])

        flags = UInt16(archive.unsigned16(at: position + 8))
        let known = ZIPFormat.compressionOptionFlags | ZIPFormat.dataDescriptorFlag | ZIPFormat.utf8Flag
        guard flags & ~known == 0 else { throw .malformedContainer("\(name) is encrypted or uses unknown flags") }
        guard let method = ZIPMethod(rawValue: UInt16(archive.unsigned16(at: position + 10))) else {
            throw .malformedContainer("\(name) uses an unknown compression method")
        }
        self.method = method
        checksum = archive.unsigned32(at: position + 16)
        compressedSize = Int(archive.unsigned32(at: position + 20))
        size = Int(archive.unsigned32(at: position + 24))
        offset = Int(archive.unsigned32(at: position + 42))
        guard archive.unsigned16(at: position + 34) == 0 else { throw .malformedContainer("\(name) is on another disk") }
        guard max(compressedSize, size, offset) < Int(UInt32.max) else { throw .malformedContainer("\(name) uses ZIP64") }
        guard !name.hasSuffix("/") || size == 0 else { throw .malformedContainer("the folder \(name) has content") }
        try Self.checkExtraFields(archive[nameEnd..<extraEnd], of: name)
    }

    /// Printable ASCII, relative, no empty, `.` or `..` steps: a name that means the same on every system.
    private static func checkedName(_ bytes: ArraySlice<UInt8>) throws(SignedDocumentFailure) -> String {
        let isPlain = bytes.allSatisfy { (0x20...0x7e).contains($0) && $0 != UInt8(ascii: "\\") && $0 != UInt8(ascii: ":") }
        let name = String(decoding: bytes, as: UTF8.self)
        var steps = name.split(separator: "/", omittingEmptySubsequences: false)
        if steps.last == "" { steps.removeLast() }
        guard isPlain, !steps.isEmpty, bytes.count <= 255, !steps.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." })
        else {
            throw .malformedContainer("an entry with an unacceptable name")
        }
        return name
    }

    /// Only times and owners, which change neither name nor size: ZIP64 and alternative names are refused (APPNOTE 4.5.2).
    static func checkExtraFields(_ fields: ArraySlice<UInt8>, of name: String) throws(SignedDocumentFailure) {
        let extendedTimestamp = 0x5455
        let unixOwner = 0x7875
        var rest = fields
        while !rest.isEmpty {
            guard rest.count >= 4 else { throw .malformedContainer("\(name) has a broken extra field") }
            let bytes = Array(rest.prefix(4))
            let length = 4 + bytes.unsigned16(at: 2)
            guard length <= rest.count, [extendedTimestamp, unixOwner].contains(bytes.unsigned16(at: 0)) else {
                throw .malformedContainer("\(name) has an extra field that could change its meaning")
            }
            rest = rest.dropFirst(length)
        }
    }
}

extension [UInt8] {
    /// Little-endian; the caller has checked that the bytes are there.
    func unsigned16(at position: Int) -> Int { Int(self[position]) | Int(self[position + 1]) << 8 }

    func unsigned32(at position: Int) -> UInt32 {
        UInt32(unsigned16(at: position)) | UInt32(unsigned16(at: position + 2)) << 16
    }
}
