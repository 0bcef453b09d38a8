import Foundation
import MessageLog

/// OpenPGP encryption of archives (RFC 4880) by the program `gpg`, to keys that stand as files in a folder, one or more for each recipient:
/// `KEYS/INSTANCE/CLASS/MEMBER/*.asc` for archives of a member or its subsystems, `KEYS/*.asc` for all others. No keyring is used:
/// what is in the folder is trusted.
package struct ArchiveEncryption: Sendable {
    let program: String
    private let keys: String
    /// gpg's own folder, with nothing in it that matters.
    let home: String
    /// For gpg to take or to finish what it is given.
    let timeoutSeconds: Int

    package init(program: String = "/usr/bin/gpg", keys: String, home: String, timeoutSeconds: Int = 60) throws(StorageFailure) {
        self.program = program
        self.keys = keys
        self.home = try PrivateFolder(path: home).path
        self.timeoutSeconds = timeoutSeconds
    }

    /// The key files of a group's recipients; there is at least one.
    func recipients(of group: ArchiveGroup) throws(MessageLogFailure) -> [String] {
        let folder = ([keys] + (group.client?.member.codes ?? []).map(ConfigurationFile.folderName)).joined(separator: "/")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        let files = names.filter { ($0.hasSuffix(".asc") || $0.hasSuffix(".gpg")) && !$0.hasPrefix(".") }.sorted()
        guard !files.isEmpty else { throw .recipientMissing(group: group.name, folder: folder) }
        return files.map { "\(folder)/\($0)" }
    }

    func arguments(for recipients: [String]) -> [String] {
        [
            "--homedir", home, "--no-options", "--batch", "--no-tty", "--no-keyring", "--no-auto-key-locate", "--trust-model",
            "always", "--compress-algo", "none", "--cipher-algo", "AES256", "--digest-algo", "SHA256",
        ] + recipients.flatMap { ["--recipient-file", $0] } + ["--encrypt"]
    }
}

/// One archive's way through gpg.
final class Encryptor {
    private let program: ChildProgram
    private let timeoutSeconds: Int

    init(_ encryption: ArchiveEncryption, _ recipients: [String], output: Int32) throws(MessageLogFailure) {
        timeoutSeconds = encryption.timeoutSeconds
        do {
            program = try ChildProgram(
                encryption.program, encryption.arguments(for: recipients), output: output, hasInput: true)
        } catch { throw .archivingFailed(step: "encrypt", detail: "\(error)") }
    }

    func write(_ bytes: [UInt8]) throws(MessageLogFailure) {
        do { try program.write(bytes, within: timeoutSeconds) } catch {
            throw .archivingFailed(step: "encrypt", detail: "\(error)")
        }
    }

    func finish() throws(MessageLogFailure) {
        do { try program.finish(within: timeoutSeconds) } catch { throw .archivingFailed(step: "encrypt", detail: "\(error)") }
    }

    func end() { program.end() }
}
