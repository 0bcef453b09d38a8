import Foundation
import MessageLog
import Testing

@testable import Storage

@Suite(.timeLimit(.minutes(1))) struct ReadAccessTests {
    /// Readers of a log that is closed get an answer or are told, and nothing else happens to them.
    @Test func readersMeetTheClosing() async throws {
        for _ in 0..<20 {
            let log = try TestLog()
            let journal = try log.open()
            let name = try await journal.append(TestLog.record()).identifier.name
            let reader = journal.reader
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        while true {
                            do {
                                _ = try await reader.record(named: name)
                                _ = try reader.treeSize()
                            } catch {
                                #expect(error as? MessageLogFailure == .journalClosed)
                                return
                            }
                        }
                    }
                }
                await journal.close()
            }
        }
    }
}
