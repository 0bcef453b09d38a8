import ArgumentParser

/// Each subcommand stands in a file of its own beside this one.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "What a security server has kept.",
        subcommands: [
            LogListCommand.self, LogSearchCommand.self, LogExportCommand.self, LogArchiveCommand.self, LogSampleCommand.self,
            LogGapsCommand.self,
            LogHoldCommand.self,
            LogReleaseCommand.self, LogHoldsCommand.self, LogEraseCommand.self, LogApproveCommand.self, LogCheckCommand.self,
            LogProveCommand.self, LogConsistencyCommand.self, LogVerifyProofCommand.self, LogKeyCommand.self,
        ])
}
