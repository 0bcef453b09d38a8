import ArgumentParser
import Exchange
import Foundation
import Logging

/// The one program: every role of an exchange is a command.
@main
struct Ura: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ura",
        abstract: "National data exchange that speaks the X-Road protocols.", version: OwnSecurityServer.version,
        subcommands: [
            SecurityServerCommand.self, CentralServerCommand.self, TestAuthorityCommand.self, KeyCommand.self, LogCommand.self,
            VerifyCommand.self, WitnessCommand.self,
        ])

    static func main() async {
        // Logs go to standard error, so that standard output stays the command's answer.
        let environment = SystemEnvironment()
        LoggingSystem.bootstrap { LogLines(label: $0, now: environment.now) }
        signal(SIGPIPE, SIG_IGN)
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            exit(withError: error)
        }
    }
}
