import Foundation
import MessageLog
import TestSupport
import Testing

/// What a program that knows only the log's description finds in its folder (`Referee/message_log.py`): it recomputes the tree and
/// opens what is not erased.
struct RefereeLog: Decodable {
    struct Record: Decodable, Equatable {
        /// Of the message part, hexadecimal.
        let message: String
        /// SHA-256 of bodies, hexadecimal.
        let bodies: [String]
    }

    let size: Int64
    let root: String
    /// By number; nil where the content is erased.
    let records: [String: Record?]

    static func read(_ log: TestLog, passphrase: String = "correct horse") throws -> RefereeLog {
        let script = try #require(Bundle.module.url(forResource: "Referee/message_log", withExtension: "py"))
        let result = try runTool("python3", [script.path, log.path, passphrase])
        guard result.status == 0 else { throw TestLog.ToolFailure(text: result.errors) }
        return try JSONDecoder().decode(RefereeLog.self, from: Data(result.output))
    }
}
