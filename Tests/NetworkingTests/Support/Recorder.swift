import Foundation
import Synchronization
import TestSupport

/// What happened in a handler, for the test to look at.
final class Recorder<Value: Sendable>: Sendable {
    private let recorded = Mutex<[Value]>([])

    func record(_ value: Value) { recorded.withLock { $0.append(value) } }

    var values: [Value] { recorded.withLock { $0 } }
}

/// A file of zeros.
struct Folder: Sendable {
    private let folder: TemporaryFolder
    var path: String { folder.url.appendingPathComponent("zeros").path }

    init(bytes: Int) throws {
        folder = try TemporaryFolder()
        try folder.write("zeros", [])
        truncate(path, off_t(bytes))
    }
}

/// Of this process.
func residentBytes() -> Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .ascii)) ?? ""
    return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
}
