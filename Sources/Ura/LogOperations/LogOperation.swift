import Foundation
import KeyVault
import MessageLog
import Storage
import XRoadModel

/// Something that leaves an entry in the message log. The server carries it out that has the log open; where none runs, the command
/// opens the log itself for the moment and does the same.
protocol LogOperation: ControlRequest {
    func perform(at desk: LogDesk, by caller: Caller) async throws -> Answer
}

extension ControlRoutes {
    mutating func add<Operation: LogOperation>(_: Operation.Type, _ desk: LogDesk) {
        add(Operation.self) { try await $0.perform(at: desk, by: $1) }
    }
}

extension SecurityServerSettings {
    /// Has the running server carry `operation` out, or does it here.
    func perform<Operation: LogOperation>(_ operation: Operation) async throws -> Operation.Answer {
        let folder = StateFolder(existing: stateFolder)
        if let answer = try await ControlClient(folder).ask(operation) { return answer }
        guard FileManager.default.fileExists(atPath: folder.log) else {
            throw CommandFailure("there is no message log in \(folder.path)")
        }
        let journal = try SQLiteJournal(folder: folder.log, passphrase: Passphrase.read(from: passphrase).secret)
        let settings = self
        let desk = LogDesk(journal: journal, folder: folder, settings: { settings }, now: { SystemEnvironment().now() })
        do {
            let answer = try await operation.perform(at: desk, by: .own)
            await journal.close()
            return answer
        } catch {
            await journal.close()
            throw error
        }
    }
}
