import CSecurity

/// Reads a ZIP archive in which every byte has exactly one meaning: entries follow one another without gaps from the first
/// byte to the central directory, both headers of an entry agree, the archive ends with its end record. Two readers can
/// therefore not see different content in it.
struct ZIPReader {
    struct Entry {
        /// Of a folder with a slash at the end.
        let name: String
        let method: ZIPMethod
        let content: [UInt8]
    }

    private let archive: [UInt8]
    private let limits: ContainerLimits

    static func entries(of archive: [UInt8], limits: ContainerLimits) throws(SignedDocumentFailure) -> [Entry] {
        guard archive.count <= limits.maximumArchiveBytes else {
            throw .malformedContainer("larger than \(limits.maximumArchiveBytes) bytes")
        }
        return try ZIPReader(archive: archive, limits: limits).entries()
    }

    private func entries() throws(SignedDocumentFailure) -> [Entry] {
        let directory = try directory()
        let maximum = min(limits.maximumContentBytes, limits.freeContentBytes + archive.count * limits.maximumExpansion)
        var remaining = maximum
        for header in directory.headers {
            guard header.size <= remaining else { throw .malformedContainer("more than \(maximum) bytes of content") }
            remaining -= header.size
        }
        var entries: [Entry] = []
        var names: Set<String> = []
        var position = 0
        for header in directory.headers {
            guard header.offset == position else {
                throw .malformedContainer("\(header.name) does not follow the entry before it")
            }
            let start = try localHeader(of: header)
            guard names.insert(header.name.lowercased()).inserted else {
                throw .malformedContainer("two entries named \(header.name)")
            }
            position = start + header.compressedSize
            guard position <= directory.start else { throw .malformedContainer("\(header.name) runs into the central directory") }
            let content = try content(of: header, archive[start..<position])
            if header.flags & ZIPFormat.dataDescriptorFlag != 0 { position = try descriptor(of: header, at: position) }
            entries.append(Entry(name: header.name, method: header.method, content: content))
        }
        guard position == directory.start else {
            throw .malformedContainer("bytes between the entries and the central directory")
        }
        return entries
    }

    /// The end record is found by its comment's length: it must end the archive (APPNOTE 4.3.16).
    private func directory() throws(SignedDocumentFailure) -> (headers: [ZIPEntryHeader], start: Int) {
        let lowest = max(0, archive.count - ZIPFormat.endLength - Int(UInt16.max))
        let candidates = stride(from: archive.count - ZIPFormat.endLength, through: lowest, by: -1)
        guard
            let end = candidates.first(where: {
                archive.unsigned32(at: $0) == ZIPFormat.endSignature
                    && $0 + ZIPFormat.endLength + archive.unsigned16(at: $0 + 20) == archive.count
            })
        else { throw .malformedContainer("no ZIP end record at the end") }
        let count = archive.unsigned16(at: end + 10)
        let length = Int(archive.unsigned32(at: end + 12))
        let start = Int(archive.unsigned32(at: end + 16))
        guard archive.unsigned32(at: end + 4) == 0, archive.unsigned16(at: end + 8) == count, start + length == end else {
            throw .malformedContainer("the ZIP end record contradicts the archive")
        }
        guard count <= limits.maximumEntries else { throw .malformedContainer("more than \(limits.maximumEntries) entries") }
        var headers: [ZIPEntryHeader] = []
        var position = start
        for _ in 0..<count {
            let header = try ZIPEntryHeader(central: archive, at: position, before: end)
            headers.append(header)
            position = header.end
        }
        guard position == end else { throw .malformedContainer("the central directory holds more than its entries") }
        return (headers, start)
    }

    /// Gives the position of the entry's data. With a data descriptor, sizes and checksum stand after the data and are zero here.
    private func localHeader(of header: ZIPEntryHeader) throws(SignedDocumentFailure) -> Int {
        let position = header.offset
        guard position + ZIPFormat.localHeaderLength <= archive.count,
            archive.unsigned32(at: position) == ZIPFormat.localHeaderSignature
        else { throw .malformedContainer("no local header of \(header.name)") }
        let nameEnd = position + ZIPFormat.localHeaderLength + archive.unsigned16(at: position + 26)
        let dataStart = nameEnd + archive.unsigned16(at: position + 28)
        let described = header.flags & ZIPFormat.dataDescriptorFlag != 0
        guard dataStart <= archive.count,
            archive.unsigned16(at: position + 6) == Int(header.flags),
            archive.unsigned16(at: position + 8) == Int(header.method.rawValue),
            archive.unsigned32(at: position + 14) == (described ? 0 : header.checksum),
            archive.unsigned32(at: position + 18) == (described ? 0 : UInt32(header.compressedSize)),
            archive.unsigned32(at: position + 22) == (described ? 0 : UInt32(header.size)),
            archive[(position + ZIPFormat.localHeaderLength)..<nameEnd].elementsEqual(header.name.utf8)
        else { throw .malformedContainer("the two headers of \(header.name) differ") }
        try ZIPEntryHeader.checkExtraFields(archive[nameEnd..<dataStart], of: header.name)
        return dataStart
    }

    private func descriptor(of header: ZIPEntryHeader, at position: Int) throws(SignedDocumentFailure) -> Int {
        let end = position + ZIPFormat.dataDescriptorLength
        guard end <= archive.count,
            archive.unsigned32(at: position) == ZIPFormat.dataDescriptorSignature,
            archive.unsigned32(at: position + 4) == header.checksum,
            archive.unsigned32(at: position + 8) == UInt32(header.compressedSize),
            archive.unsigned32(at: position + 12) == UInt32(header.size)
        else { throw .malformedContainer("the data descriptor of \(header.name) contradicts its header") }
        return end
    }

    /// Memory is bounded by the declared size, which was counted against the limit before.
    private func content(of header: ZIPEntryHeader, _ data: ArraySlice<UInt8>) throws(SignedDocumentFailure) -> [UInt8] {
        let content: [UInt8]
        switch header.method {
        case .stored:
            guard header.size == header.compressedSize else {
                throw .malformedContainer("\(header.name) is stored with two sizes")
            }
            content = Array(data)
        case .deflated:
            var inflated = false
            content = [UInt8](unsafeUninitializedCapacity: header.size) { output, count in
                inflated = data.withUnsafeBufferPointer {
                    ura_inflate($0.baseAddress, $0.count, output.baseAddress, header.size) == 1
                }
                count = inflated ? header.size : 0
            }
            guard inflated else { throw .malformedContainer("\(header.name) does not inflate to its declared size") }
        }
        guard ZIPFormat.checksum(content) == header.checksum else {
            throw .malformedContainer("\(header.name) fails its checksum")
        }
        return content
    }
}
