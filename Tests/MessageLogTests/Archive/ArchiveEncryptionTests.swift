import ArchiveSamples
import Foundation
import MessageLog
import Storage
import TestSupport
import Testing

/// Archives encrypted by gpg, opened by gpg.
@Suite(.serialized, .timeLimit(.minutes(5))) struct ArchiveEncryptionTests {
    private let test: ArchiveTestFolder
    private let keys: String
    private let home: String

    init() throws {
        test = try ArchiveTestFolder()
        keys = test.path + "/keys"
        // Short: the path of gpg's socket may not be long.
        home = try TemporaryFolder.short()
        try FileManager.default.createDirectory(atPath: keys, withIntermediateDirectories: true)
    }

    private func gpg(_ arguments: [String], input: [UInt8] = []) throws -> ToolResult {
        try runTool("gpg", ["--homedir", home, "--batch", "--no-tty", "--quiet"] + arguments, input: input)
    }

    /// Makes a key, and puts its public part into the folder.
    private func makeKey(_ name: String, in folder: String, expires: String = "0") throws {
        let parameters = """
            %no-protection
            Key-Type: eddsa
            Key-Curve: ed25519
            Subkey-Type: ecdh
            Subkey-Curve: cv25519
            Name-Real: \(name) archives
            Expire-Date: \(expires)
            %commit

            """
        let made = try gpg(["--gen-key"], input: Array(parameters.utf8))
        #expect(made.status == 0, "\(made.errors)")
        try FileManager.default.createDirectory(atPath: keys + folder, withIntermediateDirectories: true)
        let exported = try gpg(["--armor", "--export", "\(name) archives"])
        try Data(exported.output).write(to: URL(fileURLWithPath: "\(keys)\(folder)/\(name).asc"))
    }

    private func encryption(program: String = "/usr/bin/gpg", timeoutSeconds: Int = 60) throws -> ArchiveEncryption {
        try ArchiveEncryption(program: program, keys: keys, home: test.path + "/gpg", timeoutSeconds: timeoutSeconds)
    }

    private func decrypted(_ name: String) throws -> [UInt8] {
        let result = try gpg(["--decrypt", test.file(name)])
        #expect(result.status == 0, "\(result.errors)")
        return result.output
    }

    private func finish() {
        _ = try? runTool("gpgconf", ["--homedir", home, "--kill", "all"])
        try? FileManager.default.removeItem(atPath: home)
    }

    @Test func whatIsDecryptedIsTheArchive() async throws {
        defer { finish() }
        try makeKey("GAM", in: "/XK/GOV/GAM")
        try makeKey("CRA", in: "/XK/GOV/CRA")
        try makeKey("second", in: "/XK/GOV/CRA")
        try makeKey("server", in: "")
        let clear = try ArchiveTestFolder()
        let source = SampleEntries(count: 300, clients: [SampleEntries.client("GAM", "a"), SampleEntries.client("CRA", "b")])
        let settings = ArchiveTestFolder.settings(.subsystem, maximumBytes: 300_000)
        try await clear.run(source, settings)
        try await test.run(source, settings, encryption: try encryption())
        #expect(test.troubles.isEmpty)
        // The first of a chain is the same; later ones name the file before them, which ends with .gpg here.
        #expect(test.written == clear.written.map { $0 + ".gpg" })
        for (name, plainName) in zip(test.written, clear.written) {
            let plain = [UInt8](try Data(contentsOf: URL(fileURLWithPath: clear.file(plainName))))
            let opened = try decrypted(name)
            #expect(opened.count >= plain.count && opened.count <= plain.count + 4)
            let file = try test.folder.write("opened.zip", opened)
            #expect(try runTool("unzip", ["-tq", file.path]).status == 0)
            let sealed = [UInt8](try Data(contentsOf: URL(fileURLWithPath: test.file(name))))
            #expect(!contains(sealed, "ura-log-leaf") && contains(opened, "ura-log-leaf"))
        }
        // To both keys of the member.
        let packets = try gpg(["--list-packets", test.file(test.written.first { $0.contains("CRA") } ?? "")])
        #expect(packets.text.components(separatedBy: ":pubkey enc packet:").count == 3)
    }

    /// Encrypted archives are verified through gpg as they stream out of it; one that gpg does not open whole is refused.
    @Test func verifiedThroughGPG() async throws {
        defer { finish() }
        try makeKey("server", in: "")
        try await test.run(
            SampleEntries(count: 120), ArchiveTestFolder.settings(maximumBytes: 200_000), encryption: try encryption())
        func findings(_ home: String) throws -> [ArchiveFinding.Code] {
            var verifier = ArchiveFolderVerifier(expectedEnds: nil)
            var findings: [ArchiveFinding] = []
            for name in test.written {
                findings += verifier.verify(name, try ArchiveInput(decrypting: test.file(name), home: home)) { _ in }
            }
            return (findings + verifier.finish()).map(\.code).filter { $0 != .endNotProvable }
        }
        #expect(try findings(home).isEmpty)
        let file = URL(fileURLWithPath: test.file(test.written[1]))
        let sealed = try Data(contentsOf: file)
        for (place, what) in [(sealed.count / 2, "changed"), (sealed.count - 1, "the check at the end changed")] {
            var changed = sealed
            changed[place] ^= 1
            try changed.write(to: file)
            #expect(try findings(home).contains(.unreadable), "\(what)")
        }
        try sealed.prefix(sealed.count - 100).write(to: file)
        #expect(try findings(home).contains(.unreadable))
        try sealed.write(to: file)
        let noKey = try TemporaryFolder.short()
        defer { try? FileManager.default.removeItem(atPath: noKey) }
        #expect(try findings(noKey) == test.written.map { _ in .unreadable })
    }

    private func contains(_ bytes: [UInt8], _ text: String) -> Bool { Data(bytes).range(of: Data(text.utf8)) != nil }

    @Test func aMissingKeyStopsItsGroupOnly() async throws {
        defer { finish() }
        try makeKey("GAM", in: "/XK/GOV/GAM")
        let source = SampleEntries(count: 120, clients: [SampleEntries.client("GAM", "a"), SampleEntries.client("CRA", "b")])
        let settings = ArchiveTestFolder.settings(.member)
        let summary = try await test.run(source, settings, encryption: try encryption())
        #expect(summary.stoppedGroups == 2)
        #expect(
            test.troubles == [
                "stopped : no OpenPGP key of the server in \(keys): its records are not archived",
                "stopped XK/GOV/CRA: no OpenPGP key of XK/GOV/CRA in \(keys)/XK/GOV/CRA: its records are not archived",
            ])
        #expect(try test.names.count == 1)
        try makeKey("CRA", in: "/XK/GOV/CRA")
        try makeKey("server", in: "")
        try await test.run(source, settings, encryption: try encryption())
        #expect(try await test.state.archivedThrough == 120)
        #expect(try test.names.count == 3)
    }

    @Test func aKeyThatHasExpiredStopsItsGroup() async throws {
        defer { finish() }
        try makeKey("server", in: "", expires: "seconds=1")
        try await Task.sleep(for: .seconds(2))
        try await test.run(SampleEntries(count: 3), encryption: try encryption())
        #expect(test.troubles.count == 1 && test.troubles[0].contains("Unusable public key"), "\(test.troubles)")
        #expect(try test.names.isEmpty)
    }

    static let programs: [(script: String, expected: String)] = [
        ("exit 3", "failed (exit status 3)"), ("kill -9 $$", "failed (signal 9)"),
        ("echo no >&2; head -c 1000 >/dev/null; exit 2", "no"),
        ("sleep 100", "took more than 1 seconds and was ended"),
        ("cat >/dev/null; sleep 100", "took more than 1 seconds and was ended"),
    ]

    /// Whatever happens to the program, the group waits and nothing half-written stays.
    @Test(arguments: programs) func programsThatFail(_ script: String, _ expected: String) async throws {
        try Data().write(to: URL(fileURLWithPath: keys + "/server.asc"))
        let program = try test.folder.write("gpg-that-fails", Array("#!/bin/bash\n\(script)\n".utf8)).path
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
        let start = ContinuousClock.now
        try await test.run(SampleEntries(count: 400), encryption: try encryption(program: program, timeoutSeconds: 1))
        #expect(test.troubles.count == 1 && test.troubles[0].contains(expected), "\(test.troubles)")
        #expect(try test.names.isEmpty)
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(try await test.state.archivedThrough == 0)
    }

    /// The clear archive goes through the pipe only: no file is written but gpg's output and the state.
    @Test(.enabled(if: (try? runTool("strace", ["-V"]).status) == 0)) func nothingClearReachesTheDisk() throws {
        // The parts of a record that are in the clear in an unencrypted archive must not be written to any file.
        defer { finish() }
        try makeKey("server", in: "")
        let trace = test.path + "/trace"
        let result = try runTool(
            "strace",
            [
                "-f", "-y", "-s", "200000", "-e", "trace=write,pwrite64,writev", "-o", trace, ArchiveCrashTests.crasher,
                test.path, "20", "1000000", "none", keys,
            ])
        #expect(result.text.contains(".zip.gpg"), "\(result.text) \(result.errors.suffix(300))")
        let calls = try String(contentsOfFile: trace, encoding: .isoLatin1).split(separator: "\n")
        let clear = calls.filter { $0.contains("ura-log-leaf") }
        #expect(!clear.isEmpty)
        #expect(clear.allSatisfy { $0.contains("<pipe:[") }, "\(clear.first?.prefix(200) ?? "")")
    }
}
