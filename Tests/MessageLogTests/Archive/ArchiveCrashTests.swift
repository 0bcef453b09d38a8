import ArchiveSamples
import Foundation
import MessageLog
import TestSupport
import Testing

/// Archiving in a process of its own that is killed, measured, or whose disk is full.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ArchiveCrashTests {
    private let test: ArchiveTestFolder

    init() throws { test = try ArchiveTestFolder() }

    static var crasher: String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("ArchiveCrasher").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            folder.deleteLastPathComponent()
        }
        return "ArchiveCrasher"
    }

    /// The archives that the process told of before it was killed, `milliseconds` after it had begun; whether it had come to its end.
    private func archivesUntilKilled(
        after milliseconds: Int, _ arguments: [String]
    ) async throws -> (archives: [String], hasEnded: Bool) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.crasher)
        process.arguments = [test.path] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = await withCheckedContinuation { task in
            // Not on the test's thread: reading blocks, and tasks have few threads.
            Thread.detachNewThread {
                var bytes = output.fileHandleForReading.availableData
                Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
                kill(process.processIdentifier, SIGKILL)
                bytes += output.fileHandleForReading.readDataToEndOfFile()
                process.waitUntilExit()
                task.resume(returning: bytes)
            }
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        #expect(!lines.contains { $0.hasPrefix("stopped") })
        return (lines.filter { $0.hasSuffix(".zip") }, lines.last == "end")
    }

    @Test(arguments: [ArchiveGrouping.none, .subsystem]) func beingKilledLosesNothing(_ grouping: ArchiveGrouping) async throws {
        let arguments = ["3000", "300000", grouping.rawValue]
        var told: Set<String> = []
        var kills = 0
        for _ in 0..<30 {
            let (archives, hasEnded) = try await archivesUntilKilled(after: .random(in: 0...100), arguments)
            told.formUnion(archives)
            kills += hasEnded ? 0 : 1
            let state = try await test.state
            let found = try ChainReferee.archives(in: test.archives, state).flatMap(\.self)
            // Nothing is there but what the state knows, and an unfinished file.
            let names = try test.names
            #expect(Set(names.filter { !$0.hasPrefix(".") }).subtracting(found).isEmpty)
            #expect(names.filter { $0.hasPrefix(".") }.count <= 1)
            #expect(told.isSubset(of: found))
            if hasEnded { break }
        }
        #expect(kills > 3)
        #expect(try runTool(Self.crasher, [test.path] + arguments).text.hasSuffix("end\n"))
        let state = try await test.state
        #expect(state.archivedThrough == 3000)
        let entries = try ChainReferee.archives(in: test.archives, state).flatMap { chain in
            try #require(try LinkingReferee.entries(chain.map(test.file))).entries
        }
        #expect(entries.sorted() == (1...3000).map(ArchiverTests.entryName).sorted())
        #expect(try test.names.allSatisfy { !$0.hasPrefix(".") })
    }

    /// Files may not grow beyond a limit: the run ends with a stopped group and leaves nothing half-written; a later one does the rest.
    @Test func fullDiskStopsAndRecovers() async throws {
        let arguments = [test.path, "300", "400000", "none"]
        let command = "ulimit -f 200; trap '' XFSZ; exec \"$@\""
        let full = try runTool("bash", ["-c", command, "bash", Self.crasher] + arguments).text
        #expect(full.contains("stopped : archiving failed (write an archive): File too large"))
        #expect(try test.names.isEmpty)
        #expect(try runTool(Self.crasher, arguments).text.hasSuffix("end\n"))
        #expect(try LinkingReferee.entries(try test.names.map(test.file))?.entries == (1...300).map(ArchiverTests.entryName))
    }

    /// Memory does not grow with the log: twenty times the records take no more of it.
    @Test func memoryIsConstant() throws {
        func kilobytes(_ count: Int) throws -> Int {
            let lines = try runTool(Self.crasher, ["\(test.path)/\(count)", "\(count)", "33554432", "none"]).text.split(
                separator: "\n")
            return try #require(lines.first { $0.hasPrefix("memory ") }.flatMap { Int($0.dropFirst(7)) })
        }
        for count in [500, 10_000] {
            try FileManager.default.createDirectory(atPath: "\(test.path)/\(count)", withIntermediateDirectories: true)
        }
        let (few, many) = (try kilobytes(500), try kilobytes(10_000))
        #expect(many < few + 20_000, "\(few) and \(many) KiB")
        #expect(many < 100_000, "\(many) KiB")
    }
}
