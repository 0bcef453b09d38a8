import ArchiveSamples
import Foundation
import GlobalConfiguration
import MessageLog
import PKI
import SignedDocuments
import Storage
import TestSupport
import Testing
import XRoadModel

@Suite struct ArchiverTests {
    static func entryName(_ number: Int64) -> String {
        let kind = SampleEntries.isEvent(number) ? "event" : number % 2 == 0 ? "response" : "request"
        return "\(SampleEntries.name(number))-\(kind).asice"
    }

    @Test func everyEntryIsArchivedOnceAndLinked() async throws {
        let test = try ArchiveTestFolder()
        let summary = try await test.run(SampleEntries(count: 230), ArchiveTestFolder.settings(maximumBytes: 400_000))
        #expect(summary.records == 230 && summary.files == test.written.count && summary.files > 4)
        #expect(test.troubles.isEmpty)
        #expect(Set(try test.names) == Set(test.written))
        let linked = try #require(try LinkingReferee.entries(test.written.map(test.file)))
        #expect(linked.entries == (1...230).map(Self.entryName))
        let state = try await test.state
        #expect(state.archivedThrough == 230)
        #expect(state.groups[""]?.link == ArchiveLink(digest: linked.lastDigest, fileName: test.written.last ?? ""))
        for name in test.written {
            #expect(try runTool("unzip", ["-tq", test.file(name)]).status == 0)
            let size = try FileManager.default.attributesOfItem(atPath: test.file(name))[.size] as? Int ?? .max
            #expect(size <= 400_000)
        }
    }

    /// UG-SS 11.1.6.
    @Test func namesAreThoseOfXRoad() async throws {
        let test = try ArchiveTestFolder()
        try await test.run(
            SampleEntries(count: 10, clients: [SampleEntries.client("GAM", "mm;is")]), ArchiveTestFolder.settings(.subsystem))
        let digest = try #require(try await test.state.groups["XK/GOV/GAM/mm;is"]?.link.digest)
        #expect(try test.names == ["mlog-XK_GOV_GAM_mm_is-20260921141321-20260921141330-\(digest.prefix(16)).zip"])
    }

    @Test(arguments: [ArchiveGrouping.none, .member, .subsystem]) func groupsHaveChainsOfTheirOwn(_ grouping: ArchiveGrouping)
        async throws
    {
        let test = try ArchiveTestFolder()
        let clients = [("GAM", "mmis"), ("GAM", "statistics"), ("CRA", "civreg")].map { SampleEntries.client($0.0, $0.1) }
        let source = SampleEntries(count: 300, clients: clients)
        try await test.run(source, ArchiveTestFolder.settings(grouping, maximumBytes: 200_000))
        let messages = (1...300).filter { !SampleEntries.isEvent($0) }
        func every(_ remainders: Set<Int64>) -> [Int64] { messages.filter { remainders.contains($0 % 3) } }
        var groups: [String: [Int64]] = ["": (1...300).filter(SampleEntries.isEvent)]
        switch grouping {
        case .none: groups[""] = Array(1...300)
        case .member: groups.merge(["XK_GOV_GAM": every([0, 1]), "XK_GOV_CRA": every([2])]) { $1 }
        case .subsystem:
            groups.merge([
                "XK_GOV_GAM_mmis": every([0]), "XK_GOV_GAM_statistics": every([1]), "XK_GOV_CRA_civreg": every([2]),
            ]) { $1 }
        }
        var archiveCount = 0
        for (group, numbers) in groups {
            let archives = test.written.filter {
                group.isEmpty ? $0.hasPrefix("mlog-2026") : $0.hasPrefix("mlog-\(group)-2026")
            }
            let linked = try #require(try LinkingReferee.entries(archives.map(test.file)))
            #expect(linked.entries == numbers.map(Self.entryName))
            archiveCount += archives.count
        }
        #expect(archiveCount == test.written.count)
    }

    @Test func sameRecordsGiveTheSameBytes() async throws {
        let tests = [try ArchiveTestFolder(), try ArchiveTestFolder()]
        for test in tests { try await test.run(SampleEntries(count: 120), ArchiveTestFolder.settings(maximumBytes: 150_000)) }
        #expect(tests[0].written == tests[1].written)
        for name in tests[0].written {
            #expect(
                try Data(contentsOf: URL(fileURLWithPath: tests[0].file(name)))
                    == Data(contentsOf: URL(fileURLWithPath: tests[1].file(name))))
        }
    }

    /// A second run goes on where the first has ended, also with a file that is larger than an archive may be.
    @Test func runsGoOn() async throws {
        let test = try ArchiveTestFolder()
        let settings = ArchiveTestFolder.settings(maximumBytes: 100_000)
        for count: Int64 in [70, 70, 71, 200] { try await test.run(SampleEntries(count: count), settings) }
        #expect(try #require(try LinkingReferee.entries(test.written.map(test.file))).entries == (1...200).map(Self.entryName))
        #expect(test.troubles.isEmpty)
    }

    @Test func windowsDoNotShow() async throws {
        let test = try ArchiveTestFolder()
        var settings = ArchiveTestFolder.settings(.member)
        settings.windowNumbers = 7
        let clients = [SampleEntries.client("GAM", nil), SampleEntries.client("CRA", nil)]
        try await test.run(SampleEntries(count: 100, clients: clients), settings)
        let all = try test.written.flatMap {
            try runTool("unzip", ["-Z1", test.file($0)]).text.split(separator: "\n")
        }
        #expect(all.filter { $0.hasSuffix(".asice") }.map(String.init).sorted() == (1...100).map(Self.entryName).sorted())
    }

    /// Whoever cannot be archived holds up nobody else, and nothing of it is left out later or done twice.
    @Test func aStoppedGroupGoesOnLater() async throws {
        let test = try ArchiveTestFolder()
        var source = SampleEntries(count: 200, clients: [SampleEntries.client("GAM", nil), SampleEntries.client("CRA", nil)])
        source.unreadable = [120]
        var settings = ArchiveTestFolder.settings(.member, maximumBytes: 100_000)
        settings.windowNumbers = 40
        let summary = try await test.run(source, settings)
        #expect(summary.stoppedGroups == 1)
        #expect(test.troubles == ["stopped XK/GOV/GAM: the message log failed (read): entry 120"])
        let state = try await test.state
        #expect(state.groups["XK/GOV/CRA"]?.lastNumber == 199 && state.groups[""]?.lastNumber == 200)
        #expect(try test.names.allSatisfy { !$0.hasPrefix(".") })
        source.count = 230
        source.unreadable = []
        // A new grouping has to wait until every group has come equally far.
        settings.grouping = .none
        try await test.run(source, settings)
        #expect(try await test.state.archivedThrough == 230)
        source.count = 235
        try await test.run(source, settings)
        let messages = (1...230).filter { !SampleEntries.isEvent($0) }
        let groups: [(String, [Int64])] = [
            ("XK_GOV_GAM-", messages.filter { $0 % 2 == 0 }), ("XK_GOV_CRA-", messages.filter { $0 % 2 == 1 }),
            ("2026", [50, 100, 150, 200] + Array(231...235)),
        ]
        for (group, numbers) in groups {
            let archives = test.written.filter { $0.hasPrefix("mlog-\(group)") }.map(test.file)
            let linked = try #require(try LinkingReferee.entries(archives))
            #expect(linked.entries == numbers.map(Self.entryName))
        }
    }

    @Test func whatIsNotWhatWasLoggedIsNamed() async throws {
        let test = try ArchiveTestFolder()
        var source = SampleEntries(count: 9)
        source.damaged = [3, 8]
        source.configuration = [1, 2]
        try await test.run(source)
        #expect(
            Set(test.troubles) == [
                "5a3b1e0c-3-request.asice: message", "5a3b1e0c-8-response.asice: message", "missing configuration 0102",
            ])
        #expect(try #require(try LinkingReferee.entries(test.written.map(test.file))).entries.count == 9)
    }

    @Test func configurationsAreKeptOnceBesideTheArchives() async throws {
        let test = try ArchiveTestFolder()
        let parts = [
            ConfigurationPart(
                content: .sharedParameters, instance: "XK Ü/1", version: 3, expires: SampleEntries.firstTime,
                bytes: Array("<shared/>".utf8))
        ]
        let bundle = try ConfigurationBundle(instance: "XK Ü/1", parts: parts, directories: [Array("signed".utf8)])
        try await test.configurations.keep(bundle)
        var source = SampleEntries(count: 40)
        source.configuration = bundle.hash.bytes
        try await test.run(source)
        let name = "configuration-\(bundle.hash).zip"
        let file = URL(fileURLWithPath: test.file(name))
        let date = try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
        source.count = 80
        try await test.run(source)
        #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date == date)
        #expect(try await test.state.configurations == [bundle.hash.description])
        #expect(try runTool("unzip", ["-tq", file.path]).status == 0)
        #expect(try ConfigurationArchive.read(file.path) == bundle)
        let other = test.file("configuration-" + String(repeating: "0", count: 64) + ".zip")
        try FileManager.default.copyItem(atPath: file.path, toPath: other)
        #expect(throws: ConfigurationFailure.self) { try ConfigurationArchive.read(other) }
        #expect(test.troubles.isEmpty)
    }

    @Test func oneRunAtATime() async throws {
        let test = try ArchiveTestFolder()
        let folder = try ArchiveFolder(path: test.archives, encryption: nil, configurations: try test.configurations)
        try await folder.lock()
        await #expect(throws: MessageLogFailure.self) { try await test.run(SampleEntries(count: 1)) }
        await folder.unlock()
        try await test.run(SampleEntries(count: 1))
    }
}
