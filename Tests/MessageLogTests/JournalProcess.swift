import Foundation
import Testing

/// A journal in a process of its own (`JournalCrasher`) that is killed.
struct JournalProcess {
    private let arguments: [String]

    /// `mode` is the crasher's second argument.
    init(_ folder: String, _ mode: String) { arguments = [folder, mode] }

    static var program: String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("JournalCrasher").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            folder.deleteLastPathComponent()
        }
        return "JournalCrasher"
    }

    /// Starts it and kills it after some time, which counts from its first line if so wanted. Gives what it printed; the last line may
    /// be cut. Blocks the thread.
    @discardableResult
    func kill(after milliseconds: Int, fromFirstLine: Bool = false) throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        var bytes = fromFirstLine ? output.fileHandleForReading.availableData : Data()
        Thread.sleep(forTimeInterval: Double(milliseconds) / 1000)
        Foundation.kill(process.processIdentifier, SIGKILL)
        bytes += output.fileHandleForReading.readDataToEndOfFile()
        ended.wait()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }

    /// The same from a task: on a thread of its own, as tasks have few.
    func killed(after milliseconds: Int) async throws -> [String] {
        try await withCheckedThrowingContinuation { task in
            Thread.detachNewThread {
                task.resume(with: Result { try kill(after: milliseconds, fromFirstLine: true) })
            }
        }
    }
}
