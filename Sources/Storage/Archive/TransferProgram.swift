import MessageLog

/// Takes finished files elsewhere by a command of the operator's: its words, and the file's path as the last. Exit status 0 means that
/// the file has arrived.
package struct TransferProgram: ArchiveTransfer {
    private let command: [String]
    private let folder: String
    private let timeoutSeconds: Int
    private let queue = BlockingQueue("transfer of archives")

    /// - Parameter command: absolute path of the program, and its arguments.
    package init(command: [String], folder: String, timeoutSeconds: Int) {
        self.command = command
        self.folder = folder
        self.timeoutSeconds = timeoutSeconds
    }

    package func transfer(_ name: String) async throws(MessageLogFailure) {
        guard let program = command.first else { return }
        let arguments = command.dropFirst() + ["\(folder)/\(name)"]
        try await queue.run { [timeoutSeconds] () throws(MessageLogFailure) in
            do throws(ProgramFailure) {
                let child = try ChildProgram(program, Array(arguments), output: nil, hasInput: false)
                try child.finish(within: timeoutSeconds)
            } catch { throw .archivingFailed(step: "transfer \(name)", detail: "\(error)") }
        }
    }
}
