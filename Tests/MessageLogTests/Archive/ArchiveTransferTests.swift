import ArchiveSamples
import Foundation
import MessageLog
import Storage
import Synchronization
import TestSupport
import Testing
import XRoadModel

@Suite struct ArchiveTransferTests {
    private let test: ArchiveTestFolder

    init() throws { test = try ArchiveTestFolder() }

    private func script(_ text: String) throws -> String {
        let file = try test.folder.write("transfer it; $(now)", Array("#!/bin/bash\n\(text)\n".utf8)).path
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: file)
        return file
    }

    private func transfer(_ text: String, _ arguments: [String] = [], timeoutSeconds: Int = 30) throws -> TransferProgram {
        TransferProgram(command: [try script(text)] + arguments, folder: test.archives, timeoutSeconds: timeoutSeconds)
    }

    private var settings: ArchiverSettings { ArchiveTestFolder.settings(maximumBytes: 200_000) }

    private var taken: String { test.path + "/taken" }

    private func takenLines() -> [String] {
        ((try? String(contentsOfFile: taken, encoding: .utf8)) ?? "").split(separator: "\n").map(String.init)
    }

    /// Words reach the command as they are; it sees neither our environment nor our files.
    @Test func argumentsAreNoShellText() async throws {
        let command = try transfer(
            "printf '%s|' \"$@\" >> '\(taken)'; echo >> '\(taken)'; env | sort | grep -v ^_= >> '\(taken).env'; ls /proc/self/fd >> '\(taken).fd'",
            ["a b", "$(id)", "; rm x", ""])
        try await test.archiver(SampleEntries(count: 5), settings, transfer: command).run(at: SampleEntries.firstTime)
        #expect(takenLines() == ["a b|$(id)|; rm x||\(test.file(test.written[0]))|"])
        let environment = try String(contentsOfFile: taken + ".env", encoding: .utf8)
        #expect(
            Set(environment.split(separator: "\n").map { $0.prefix { $0 != "=" } }).isSubset(of: [
                "LANG", "PATH", "PWD", "SHLVL", "OLDPWD",
            ]),
            "\(environment)")
        let descriptors = try String(contentsOfFile: taken + ".fd", encoding: .utf8).split(separator: "\n").compactMap { Int($0) }
        // The three streams, the one that bash opened for the list, and the folder that ls reads.
        #expect(descriptors.filter { $0 < 10 }.count <= 4, "\(descriptors)")
    }

    /// In order, again until it succeeds, and no file goes before.
    @Test func retriedUntilItSucceeds() async throws {
        let text = """
            [[ -e '\(taken).ready' ]] || { echo "no route to the archive" >&2; exit 7; }
            basename "$1" >> '\(taken)'
            """
        let archiver = try test.archiver(SampleEntries(count: 150), settings, transfer: try transfer(text))
        let summary = try await archiver.run(at: SampleEntries.firstTime)
        #expect(summary.files > 2 && summary.waitingTransfers == summary.files)
        #expect(test.troubles.count == 1)
        #expect(test.troubles[0].contains("failed (exit status 7): no route to the archive"))
        #expect(try test.names.count == summary.files)
        try await archiver.retryTransfers()
        #expect(takenLines().isEmpty)
        try test.folder.write("taken.ready", [])
        try await archiver.retryTransfers()
        #expect(takenLines() == test.written)
        #expect(try await test.state.untransferred.isEmpty)
        try await archiver.run(at: SampleEntries.firstTime)
        #expect(takenLines() == test.written)
        #expect(Set(try test.names) == Set(test.written))
    }

    @Test func transferredFilesGoWhereSettingsSaySo() async throws {
        var settings = settings
        settings.removesTransferred = true
        let text = "cp \"$1\" '\(test.path)' && [[ $(wc -l < '\(taken)') -lt 2 ]] && basename \"$1\" >> '\(taken)'"
        try test.folder.write("taken", [])
        let archiver = try test.archiver(SampleEntries(count: 150), settings, transfer: try transfer(text))
        try await archiver.run(at: SampleEntries.firstTime)
        #expect(takenLines() == Array(test.written.prefix(2)))
        #expect(Set(try test.names) == Set(test.written.dropFirst(2)))
        #expect(try LinkingReferee.entries(test.written.prefix(3).map { "\(test.path)/\($0)" }) != nil)
    }

    /// A run that died between success and the state transfers the file again; one that died before the removal removes it.
    @Test func restarts() async throws {
        let text = "basename \"$1\" >> '\(taken)'"
        var settings = settings
        settings.removesTransferred = true
        try await test.run(SampleEntries(count: 150), settings)
        let ledger = ArchiveLedgerFile(folder: test.path)
        var state = try await ledger.load()
        state.untransferred = Array(test.written.dropFirst())
        state.removal = test.written[0]
        try await ledger.save(state)
        let archiver = try test.archiver(SampleEntries(count: 150), settings, transfer: try transfer(text))
        try await archiver.run(at: SampleEntries.firstTime)
        #expect(takenLines() == Array(test.written.dropFirst()))
        #expect(try test.names.isEmpty)
    }

    /// With everything that it has started.
    @Test func endedWhenItTakesTooLong() async throws {
        let command = try transfer("sleep 3600 & echo $! > '\(taken)'; wait", timeoutSeconds: 1)
        try await test.archiver(SampleEntries(count: 3), settings, transfer: command).run(at: SampleEntries.firstTime)
        #expect(test.troubles.count == 1 && test.troubles[0].contains("took more than 1 seconds and was ended"))
        let started = try #require(takenLines().first.flatMap { Int32($0) })
        try await Task.sleep(for: .milliseconds(200))
        // Gone, or nobody's child that has ended.
        let status = (try? String(contentsOfFile: "/proc/\(started)/stat", encoding: .utf8)) ?? "gone"
        #expect(status == "gone" || status.contains(") Z "), "\(status)")
    }

    @Test func contentsLeaveTheLogOnceArchived() async throws {
        let release = RecordedRelease()
        var settings = ArchiverSettings()
        settings.keepDays = 2
        var source = SampleEntries(count: 60)
        source.unreadable = [31]
        let now = SampleEntries.firstTime.adding(seconds: 10 * 86_400)
        let before = SampleEntries.firstTime.adding(seconds: 8 * 86_400)
        try await test.archiver(source, settings, release: release).run(at: now)
        // The archive with the entries before the unreadable one was not finished.
        #expect(release.calls == [RecordedRelease.Call(after: 0, through: 0, before: before)])
        source.unreadable = []
        try await test.archiver(source, settings, release: release).run(at: now)
        try await test.archiver(source, settings, release: release).run(at: now)
        #expect(release.calls.map(\.through) == [0, 60, 60])
        #expect(release.calls.map(\.after) == [0, 0, 50])
    }
}

final class RecordedRelease: ContentRelease {
    struct Call: Equatable {
        let after: Int64
        let through: Int64
        let before: Instant
    }

    private let recorded = Mutex<[Call]>([])

    var calls: [Call] { recorded.withLock { $0 } }

    func releaseContent(
        after first: Int64, through last: Int64, before time: Instant, at now: Instant
    ) async throws(MessageLogFailure) -> (records: Int, through: Int64) {
        recorded.withLock { $0.append(Call(after: first, through: last, before: time)) }
        return (0, max(first, last - 10))
    }
}
