import ArchiveSamples
import Foundation
import MessageLog
import PKI
import SignedDocuments
import Storage
import TestSupport
import Testing

/// What is wrong with a folder of archives is named, and nothing else.
@Suite struct ArchiveVerificationTests {
    /// One chain of several archives.
    private static func archived(_ grouping: ArchiveGrouping = .none) async throws -> ArchiveTestFolder {
        let test = try ArchiveTestFolder()
        let clients = [SampleEntries.client("GAM", "mmis"), SampleEntries.client("CRA", "civreg")]
        var source = SampleEntries(count: 96, clients: clients)
        source.erased = [33]
        try await test.run(source, ArchiveTestFolder.settings(grouping, maximumBytes: 160_000))
        #expect(test.troubles.isEmpty)
        return test
    }

    /// Findings as `code archive record`, in order; the names of archives by their place in `names`.
    private static func findings(
        _ test: ArchiveTestFolder, names: [String], expectedEnds: [ArchiveLink]? = nil, earlier: Set<String> = []
    ) throws -> [String] {
        var verifier = ArchiveFolderVerifier(expectedEnds: expectedEnds, earlier: earlier)
        var findings: [ArchiveFinding] = []
        for name in try test.names where ArchiveName.isArchive(name) {
            findings += verifier.verify(name, try ArchiveInput(file: test.file(name))) { _ in }
        }
        findings += verifier.finish()
        return findings.filter { $0.code != .endNotProvable }.map { finding in
            let archive = finding.archive.map { name in names.firstIndex(of: name).map { "#\($0)" } ?? name }
            return [finding.code.rawValue, archive, finding.record].compactMap(\.self).joined(separator: " ")
        }
    }

    private static func ends(_ test: ArchiveTestFolder) async throws -> [ArchiveLink] {
        try await test.state.groups.values.map(\.link)
    }

    @Test(arguments: [ArchiveGrouping.none, .member, .subsystem]) func nothingIsWrong(_ grouping: ArchiveGrouping) async throws {
        let test = try await Self.archived(grouping)
        #expect(try Self.findings(test, names: test.written, expectedEnds: try await Self.ends(test)).isEmpty)
        #expect(test.written.count > 3)
    }

    // MARK: Files

    @Test func removed() async throws {
        let test = try await Self.archived()
        let ends = try await Self.ends(test)
        for (place, expected) in [
            (0, ["removed #0", "numbers_missing"]), (2, ["removed #2", "numbers_missing"]),
            (test.written.count - 1, ["last_missing #\(test.written.count - 1)"]),
        ] {
            let moved = test.path + "/moved"
            try FileManager.default.moveItem(atPath: test.file(test.written[place]), toPath: moved)
            #expect(try Self.findings(test, names: test.written, expectedEnds: ends) == expected)
            try FileManager.default.moveItem(atPath: moved, toPath: test.file(test.written[place]))
        }
        // Without the log's state, the end is told by the digits in a name, or not at all.
        try FileManager.default.removeItem(atPath: test.file(test.written.last ?? ""))
        #expect(try Self.findings(test, names: test.written).isEmpty)
        let digits = String(ends[0].digest.prefix(16))
        let named = [ArchiveLink(digest: digits, fileName: ends[0].fileName)]
        #expect(try Self.findings(test, names: test.written, expectedEnds: named) == ["last_missing #\(test.written.count - 1)"])
    }

    @Test func whatWasBeforeMayBeKnown() async throws {
        let test = try await Self.archived()
        let digest = try #require(try LinkingReferee.entries([test.file(test.written[0])])?.lastDigest)
        try FileManager.default.removeItem(atPath: test.file(test.written[0]))
        #expect(try Self.findings(test, names: test.written, earlier: [digest]) == ["numbers_missing"])
    }

    @Test func renamedSwappedAndDoubled() async throws {
        let test = try await Self.archived()
        let (first, second, third) = (test.written[0], test.written[1], test.written[2])
        func move(_ from: String, _ to: String) throws {
            try FileManager.default.moveItem(atPath: test.file(from), toPath: test.file(to))
        }
        let other = "mlog-20260921141321-20260921141406-0123456789abcdef.zip"
        try move(first, other)
        #expect(try Self.findings(test, names: test.written) == ["renamed \(other)"])
        try move(other, "mlog-XK_GOV_MIA-" + first.dropFirst(5))
        #expect(try Self.findings(test, names: test.written) == ["renamed mlog-XK_GOV_MIA-\(first.dropFirst(5))"])
        try move("mlog-XK_GOV_MIA-" + first.dropFirst(5), first)
        // Swapped: each has the other's name.
        try move(second, other)
        try move(third, second)
        try move(other, third)
        #expect(try Set(Self.findings(test, names: test.written)) == ["renamed #1", "renamed #2"])
        try move(third, other)
        try move(second, third)
        try move(other, second)
        try FileManager.default.copyItem(atPath: test.file(second), toPath: test.file(other))
        let doubled = try Self.findings(test, names: test.written).sorted()
        #expect(doubled == ["duplicated \(other)", "renamed \(other)"])
    }

    @Test func cutOff() async throws {
        let test = try await Self.archived()
        let file = URL(fileURLWithPath: test.file(test.written.last ?? ""))
        let bytes = try Data(contentsOf: file)
        for length in [0, 3, 1000, bytes.count / 2, bytes.count - 22, bytes.count - 1] {
            try bytes.prefix(length).write(to: file)
            let found = try Self.findings(test, names: test.written)
            #expect(found.contains("unreadable #\(test.written.count - 1)"), "\(length)")
            #expect(
                found.allSatisfy {
                    $0.hasPrefix("unreadable") || $0.hasPrefix("numbers_missing") || $0.hasPrefix("record_contradictory")
                }, "\(found)")
        }
    }

    // MARK: Inside

    /// Rewrites an archive by Python: a script that changes `entries`, a list of name and content, and `lines`, the linking information's
    /// lines without the first, `head`. The file is whole again, with checksums that are right.
    private static func rewrite(_ test: ArchiveTestFolder, _ name: String, _ change: String) throws {
        let original = [UInt8](try Data(contentsOf: URL(fileURLWithPath: test.file(name))))
        var reader = ZIPStreamReader(MemoryArchive(bytes: original))
        var entries: [(entry: ZIPStreamEntry, content: [UInt8])] = []
        while let entry = try reader.next() { entries.append((entry, try reader.wholeContent(limit: 1 << 30))) }
        let folder = try TemporaryFolder()
        for (entry, content) in entries { try folder.write(entry.name, content) }
        let script = """
            import hashlib, os, sys
            folder = sys.argv[1]
            order = sys.argv[2:]
            text = open(folder + '/linkinginfo').read()
            head, lines = text.split('\\n')[0], text.split('\\n')[1:-1]
            entries = [[name, open(folder + '/' + name, 'rb').read()] for name in order]
            def relink():
                global lines
                previous, lines = head.split(' ')[0].replace('-', ''), []
                for name, content in entries:
                    previous = hashlib.sha512((previous + hashlib.sha512(content).hexdigest()).encode()).hexdigest()
                    lines.append(previous + ' ' + name)
            \(change)
            for place, (name, content) in enumerate(entries + [['linkinginfo', '\\n'.join([head] + lines + ['']).encode()]]):
                open('%s/%04d %s' % (folder, place, name), 'wb').write(content)
            """
        let names = entries.map(\.entry.name).filter { $0 != "linkinginfo" }
        let result = try runTool("python3", ["-c", script, folder.url.path] + names)
        try #require(result.status == 0, "\(result.errors)")
        var writer = ZIPStreamWriter()
        var archive: [UInt8] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted()
        where file.dropFirst(4).first == " " {
            let content = [UInt8](try Data(contentsOf: folder.url.appendingPathComponent(file)))
            let name = String(file.dropFirst(5))
            let time = entries.first { $0.entry.name == name }?.entry.modified ?? entries[0].entry.modified
            archive += try writer.begin(ZIPStreamEntry(name: name, content: ZIPChecksum(content), modified: time)) + content
        }
        try Data(archive + writer.finish()).write(to: URL(fileURLWithPath: test.file(name)))
    }

    static let changes: [(what: String, script: String, expected: Set<String>)] = [
        ("nothing", "pass", []),
        ("a record removed", "del entries[4]", ["record_removed #1 NAME4", "numbers_missing"]),
        ("a record and its line removed", "del entries[4]; del lines[4]", ["record_altered #1 NAME5", "numbers_missing"]),
        (
            "the last record and its line removed", "del entries[-1]; del lines[-1]",
            ["renamed #1", "link_broken #2", "numbers_missing"]
        ),
        (
            "two records swapped", "entries[3], entries[5] = entries[5], entries[3]",
            ["record_reordered #1 NAME5", "record_reordered #1 NAME4"]
        ),
        (
            "a record twice", "entries.insert(5, entries[4])",
            ["record_duplicated #1 NAME4", "record_reordered #1 NAME4"]
        ),
        (
            "lines swapped", "lines[3], lines[4] = lines[4], lines[3]",
            ["record_reordered #1 NAME3", "record_altered #1 NAME3", "record_altered #1 NAME4", "record_altered #1 NAME5"]
        ),
        ("a line doubled", "lines.insert(4, lines[4])", ["record_duplicated #1 NAME4", "record_altered #1 NAME4"]),
        (
            "a record of another archive under a new name", "entries.append(['5a3b1e0c-9999-request.asice', entries[4][1]])",
            [
                "record_added #1 5a3b1e0c-9999-request.asice", "record_contradictory #1 5a3b1e0c-9999-request.asice",
                "reordered #2",
                "numbers_missing",
            ]
        ),
        (
            "a record's content exchanged for another's", "entries[4][1] = entries[6][1]",
            ["record_altered #1 NAME4", "record_contradictory #1 NAME4"]
        ),
        (
            "the link to the archive before", "head = head.replace(head[:4], 'abcd', 1)",
            ["record_altered #1 NAME0", "link_broken #1"]
        ),
        (
            "the name of the archive before", "head = head.replace('mlog-2026', 'mlog-2025')",
            ["renamed #0"]
        ),
        ("beginning anew", "head = '- - SHA-512'; relink()", ["renamed #1", "link_broken #2"]),
        ("a weaker digest", "head = head.replace('SHA-512', 'SHA-1')", ["unreadable #1"]),
        ("a name that leads elsewhere", "head = head.replace('mlog-', '../mlog-')", ["unreadable #1"]),
        ("no linking information", "lines.append('')", ["unreadable #1"]),
    ]

    @Test(arguments: changes) func changedInside(_ what: String, _ script: String, _ expected: Set<String>) async throws {
        let test = try await Self.archived()
        let names = try #require(try LinkingReferee.entries([test.file(test.written[0]), test.file(test.written[1])])).entries
        let first = try #require(try LinkingReferee.entries([test.file(test.written[0])])).entries.count
        try Self.rewrite(test, test.written[1], script)
        let expected = Set(
            expected.map { text in
                (0...6).reduce(text) { $0.replacing("NAME\($1)", with: names[first + $1]) }
            })
        let found = try Set(Self.findings(test, names: test.written))
        #expect(found == expected, "\(what)")
    }

    /// An archive can be changed and all after it linked anew; the last name, kept elsewhere, shows it.
    @Test func linkedAnew() async throws {
        let test = try await Self.archived()
        let ends = try await Self.ends(test)
        let last = try #require(test.written.last)
        try Self.rewrite(test, last, "del entries[1]; relink()")
        let archive = [UInt8](try Data(contentsOf: URL(fileURLWithPath: test.file(last))))
        var reader = ArchiveReader(MemoryArchive(bytes: archive))
        while try reader.next() != nil {}
        let digest = try #require(reader.linking?.lastDigest)
        let name = last.dropLast(20) + digest.prefix(16) + ".zip"
        try FileManager.default.moveItem(atPath: test.file(last), toPath: test.file(String(name)))
        let found = try Self.findings(test, names: test.written)
        #expect(found == ["numbers_missing"])
        #expect(
            try Self.findings(test, names: test.written, expectedEnds: ends) == [
                "last_missing #\(test.written.count - 1)", "numbers_missing",
            ])
    }

    @Test func forked() async throws {
        let test = try await Self.archived()
        let other = try ArchiveTestFolder()
        var source = SampleEntries(
            count: 90, clients: [SampleEntries.client("GAM", "mmis"), SampleEntries.client("CRA", "civreg")])
        source.erased = [33]
        source.messageBytes = 1501
        let ledger = ArchiveLedgerFile(folder: other.path)
        var state = ArchiveState()
        let first = try #require(try LinkingReferee.entries([test.file(test.written[0])]))
        let number = try #require(Int64(first.entries.last?.split(separator: "-")[1] ?? ""))
        state.archivedThrough = number
        state.groups[""] = ArchiveState.Group(
            lastNumber: number, link: ArchiveLink(digest: first.lastDigest, fileName: test.written[0]))
        try await ledger.save(state)
        try await other.run(source, ArchiveTestFolder.settings(maximumBytes: 160_000))
        let fork = other.written[0]
        try FileManager.default.copyItem(atPath: other.file(fork), toPath: test.file(fork))
        let found = try Self.findings(test, names: test.written)
        #expect(found.contains { $0 == "forked #1" || $0 == "forked \(fork)" })
        #expect(found.contains { $0.hasPrefix("record_duplicated") })
    }

    /// Whatever byte of an archive is changed, something is found.
    @Test func everyByteCounts() async throws {
        let test = try ArchiveTestFolder()
        var source = SampleEntries(count: 3)
        source.messageBytes = 40
        try await test.run(source)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: test.file(test.written[0]))))
        for position in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[position] ^= 0x41
            var verifier = ArchiveFolderVerifier(expectedEnds: nil)
            let findings = verifier.verify(test.written[0], MemoryArchive(bytes: changed)) { _ in } + verifier.finish()
            #expect(findings.contains { $0.indication == .totalFailed }, "byte \(position)")
        }
    }

    /// A record that claims to be large, or holds much, costs no more than its bound.
    @Test func hostileRecords() throws {
        func archive(_ records: [(name: String, content: [UInt8])]) throws -> [UInt8] {
            try Self.zip(records + [("linkinginfo", Array("- - SHA-512\n".utf8))])
        }
        func findings(_ content: [UInt8], limits: RecordReadLimits = RecordReadLimits()) throws -> [String] {
            var verifier = ArchiveFolderVerifier(expectedEnds: nil, limits: limits)
            let bytes = try archive([("5a3b1e0c-1-request.asice", content)])
            return verifier.verify("mlog-x.zip", MemoryArchive(bytes: bytes)) { _ in }.filter { $0.code == .recordContradictory }
                .map(\.text)
        }
        let type = Array("application/vnd.etsi.asic-e+zip".utf8)
        #expect(try findings([]).contains("not an acceptable container: the archive is cut off"))
        #expect(
            try findings(Self.zip([("mimetype", type), ("../leaf.txt", [])], checked: false)).contains {
                $0.contains("not in the archive's form")
            })
        #expect(
            try findings(Self.zip([("mimetype", type), ("leaf.txt", [1]), ("leaf.txt", [2])])).contains {
                $0.contains("two entries named leaf.txt")
            })
        #expect(
            try findings(Self.zip([("mimetype", type), ("extra", [])])).contains { $0.contains("extra is no entry of a record") })
        var limits = RecordReadLimits()
        limits.documentBytes = 1000
        limits.entries = 3
        let large = try findings(
            Self.zip([("mimetype", type), ("leaf.txt", [UInt8](repeating: 0x41, count: 1001))]), limits: limits)
        #expect(large.contains { $0.contains("leaf.txt is larger than 1000 bytes") })
        let many = try findings(Self.zip((1...5).map { ("sealed/attachment\($0)", []) }), limits: limits)
        #expect(many.contains { $0.contains("too many entries") })
        // A header of 4 EiB, and no content.
        let huge = ZIPStreamEntry(
            name: "sealed/message", content: Self.checksum(byteCount: 1 << 61), modified: ZIPTime(rawValue: 0))
        var writer = ZIPStreamWriter()
        #expect(try findings(try writer.begin(huge)).contains { $0.contains("cut off") })
    }

    private static func checksum(byteCount: UInt64) -> ZIPChecksum {
        var checksum = ZIPChecksum([0])
        while checksum.byteCount < byteCount { checksum.append(checksum) }
        return checksum
    }

    private static func zip(_ entries: [(name: String, content: [UInt8])], checked: Bool = true) throws -> [UInt8] {
        var writer = ZIPStreamWriter()
        var archive: [UInt8] = []
        for (name, content) in entries {
            let entry = ZIPStreamEntry(
                name: checked ? name : String(repeating: "x", count: name.utf8.count), content: ZIPChecksum(content),
                modified: ZIPTime(SampleEntries.firstTime))
            var header = try writer.begin(entry)
            if !checked { header.replaceSubrange((header.count - name.utf8.count)..., with: Array(name.utf8)) }
            archive += header + content
        }
        return archive + writer.finish()
    }
}

/// An archive's bytes, in memory.
struct MemoryArchive: ByteStream {
    private let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func read(_ count: Int) -> [UInt8] {
        let piece = Array(bytes[position...].prefix(count))
        position += piece.count
        return piece
    }

    mutating func skip(_ count: UInt64) { position = min(bytes.count, position + Int(min(count, UInt64(bytes.count)))) }
}
