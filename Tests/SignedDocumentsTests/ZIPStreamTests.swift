import Foundation
import TestSupport
import Testing
import XRoadModel

@testable import SignedDocuments

/// An archive's bytes, in memory.
struct MemoryStream: ByteStream {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func read(_ count: Int) -> [UInt8] {
        let piece = Array(bytes[position...].prefix(count))
        position += piece.count
        return piece
    }

    mutating func skip(_ count: UInt64) { position = min(bytes.count, position + Int(count)) }
}

@Suite struct ZIPStreamTests {
    static let contents: [(name: String, content: [UInt8])] = [
        ("mimetype", Array("text/plain".utf8)), ("empty", []),
        ("folder/large", (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }),
    ]

    static func archive(_ contents: [(name: String, content: [UInt8])] = contents) throws -> [UInt8] {
        var writer = ZIPStreamWriter()
        var archive: [UInt8] = []
        for (name, content) in contents {
            archive += try writer.begin(
                ZIPStreamEntry(name: name, content: ZIPChecksum(content), modified: ZIPTime(signingTime)))
            archive += content
            #expect(writer.byteCount == UInt64(archive.count))
        }
        return archive + writer.finish()
    }

    /// Every content, read in pieces of `piece` bytes.
    static func read(_ archive: [UInt8], piece: Int = 1000) throws(SignedDocumentFailure) -> [(name: String, content: [UInt8])] {
        var reader = ZIPStreamReader(MemoryStream(archive))
        var contents: [(String, [UInt8])] = []
        while let entry = try reader.next() {
            var content: [UInt8] = []
            while content.count < entry.content.byteCount { content += try reader.content(piece) }
            contents.append((entry.name, content))
        }
        return contents
    }

    @Test(arguments: [1, 1000, 1 << 20]) func roundTrip(_ piece: Int) throws {
        let archive = try Self.archive()
        let found = try Self.read(archive, piece: piece)
        #expect(found.map(\.name) == Self.contents.map(\.name))
        #expect(found.map(\.content) == Self.contents.map(\.content))
        #expect(try Self.archive() == archive)
        #expect(try Self.read(try Self.archive([])).isEmpty)
    }

    @Test func contentIsPassedOver() throws {
        var reader = ZIPStreamReader(MemoryStream(try Self.archive()))
        var names: [String] = []
        while let entry = try reader.next() { names.append(entry.name) }
        #expect(names == Self.contents.map(\.name))
    }

    @Test func acceptedByTheReferees() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("archive.zip", try Self.archive())
        #expect(try runTool("unzip", ["-tq", file.path]).status == 0)
        let script = """
            import sys, zipfile
            archive = zipfile.ZipFile(sys.argv[1])
            print(archive.testzip())
            for entry in archive.infolist(): print(entry.filename, entry.file_size, entry.compress_type, entry.flag_bits, entry.date_time)
            """
        let python = try runTool("python3", ["-c", script, file.path])
        let time = "(2026, 11, 23, 13, 24, 44)"
        #expect(
            python.text == "None\nmimetype 10 0 0 \(time)\nempty 0 0 0 \(time)\nfolder/large 100000 0 0 \(time)\n",
            "\(python.errors)")
    }

    /// Whatever byte is changed, and wherever the archive ends: it is refused.
    @Test func everyByteCounts() throws {
        let archive = try Self.archive([("a", [1, 2, 3]), ("b/c", [])])
        for position in archive.indices {
            for change: UInt8 in [0x01, 0x80, 0xff] {
                var changed = archive
                changed[position] ^= change
                #expect(throws: SignedDocumentFailure.self, "byte \(position)") { try Self.read(changed) }
            }
            #expect(throws: SignedDocumentFailure.self, "cut at \(position)") { try Self.read(Array(archive[..<position])) }
        }
        #expect(throws: SignedDocumentFailure.malformedContainer("bytes after the archive's end")) {
            try Self.read(archive + [0])
        }
        #expect(throws: SignedDocumentFailure.self) { try Self.read([0] + archive) }
    }

    static let names = [
        "", "../a", "a/../b", "/a", "a//b", "a/", ".", "a\\b", "c:a", "a\nb", "é", String(repeating: "a", count: 256),
    ]

    @Test(arguments: names) func unacceptableNames(_ name: String) throws {
        let entry = ZIPStreamEntry(name: name, content: ZIPChecksum(), modified: ZIPTime(signingTime))
        var writer = ZIPStreamWriter()
        #expect(throws: SignedDocumentFailure.malformedContainer("an entry with an unacceptable name")) {
            try writer.begin(entry)
        }
        let archive = entry.localHeader + entry.centralHeader(offset: 0)
        #expect(throws: SignedDocumentFailure.malformedContainer("entry 1 is not in the archive's form")) {
            try Self.read(
                archive
                    + ZIPEndRecord(
                        entryCount: 1, start: UInt64(entry.localHeader.count),
                        length: UInt64(entry.centralHeader(offset: 0).count), comment: ""
                    ).bytes)
        }
    }

    /// Archives of other programs, and such as hide something, are refused though their content may be well.
    @Test func otherForms() throws {
        let folder = try TemporaryFolder()
        let script = """
            import sys, zipfile, warnings
            warnings.simplefilter('ignore')
            def make(name, method=zipfile.ZIP_STORED, comment=b'', stream=False, extra=b'', order=False):
                out = open(name, 'wb')
                if stream:
                    out.seekable = lambda: False
                archive = zipfile.ZipFile(out, 'w', method)
                archive.comment = comment
                entry = zipfile.ZipInfo('a', (2026, 11, 23, 13, 24, 44))
                entry.compress_type, entry.extra = method, extra
                archive.writestr(entry, b'x' * 1000)
                archive.writestr('b', b'y')
                if order: archive.filelist.reverse()
                archive.close()
            make('deflated', zipfile.ZIP_DEFLATED)
            make('comment', comment=b'c')
            make('descriptor', stream=True)
            make('extra', extra=b'\\x75\\x70\\x01\\x00\\x01')
            make('order', order=True)
            """
        try folder.write("make.py", Array(script.utf8))
        let made = try runTool("bash", ["-c", "cd \(folder.url.path) && python3 make.py"])
        #expect(made.status == 0, "\(made.errors)")
        for name in ["deflated", "comment", "descriptor", "extra", "order"] {
            let file = folder.url.appendingPathComponent(name)
            #expect(try runTool("unzip", ["-tq", file.path]).status == 0, "\(name)")
            #expect(throws: SignedDocumentFailure.self, "\(name)") { try Self.read([UInt8](try Data(contentsOf: file))) }
        }
    }

    /// Entries beyond 4 GiB take ZIP64, in headers, directory and end record; others see the same.
    @Test func longArchives() throws {
        var zeros = ZIPChecksum([0, 0, 0, 0])
        for _ in 0..<30 { zeros.append(zeros) }
        #expect(zeros.byteCount == 4 << 30)
        let small = Array("after".utf8)
        let entries = [
            ZIPStreamEntry(name: "zeros", content: zeros, modified: ZIPTime(signingTime)),
            ZIPStreamEntry(name: "small", content: ZIPChecksum(small), modified: ZIPTime(signingTime)),
        ]
        var writer = ZIPStreamWriter()
        let folder = try TemporaryFolder()
        let file = try folder.write("long.zip", [])
        let handle = try FileHandle(forUpdating: file)
        try handle.write(contentsOf: try writer.begin(entries[0]))
        try handle.seek(toOffset: writer.byteCount)
        try handle.write(contentsOf: try writer.begin(entries[1]))
        try handle.write(contentsOf: small)
        try handle.write(contentsOf: writer.finish())
        var reader = ZIPStreamReader(FileStream(handle: try FileHandle(forReadingFrom: file)))
        #expect(try reader.next() == entries[0])
        #expect(try reader.next() == entries[1])
        #expect(try reader.content(100) == small)
        #expect(try reader.next() == nil)
        let script = """
            import sys, zipfile
            archive = zipfile.ZipFile(sys.argv[1])
            print([(entry.filename, entry.file_size, entry.CRC) for entry in archive.infolist()], archive.read('small'))
            """
        let python = try runTool("python3", ["-c", script, file.path])
        #expect(
            python.text
                == "[('zeros', 4294967296, \(zeros.value)), ('small', 5, \(entries[1].content.value))] b'after'\n",
            "\(python.errors)")
        #expect(try runTool("unzip", ["-p", file.path, "small"]).text == "after")
    }

    struct FileStream: ByteStream {
        let handle: FileHandle

        func read(_ count: Int) throws(SignedDocumentFailure) -> [UInt8] {
            do { return [UInt8](try handle.read(upToCount: count) ?? Data()) } catch { throw .unreadable("\(error)") }
        }

        func skip(_ count: UInt64) throws(SignedDocumentFailure) {
            do { try handle.seek(toOffset: try handle.offset() + count) } catch { throw .unreadable("\(error)") }
        }
    }

    @Test func checksumsJoin() {
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for cut in [0, 1, 2500, 5000] {
            var joined = ZIPChecksum(Array(bytes[..<cut]))
            joined.append(ZIPChecksum(Array(bytes[cut...])))
            #expect(joined == ZIPChecksum(bytes))
        }
    }
}
