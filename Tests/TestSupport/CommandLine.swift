import Foundation

/// Runs a real tool that the project did not write (openssl, xmlsec1, curl …) and gives back what it said.
package struct ToolResult: Sendable {
    package let status: Int32
    package let output: [UInt8]
    package let errors: String
    package var text: String { String(decoding: output, as: UTF8.self) }
}

/// `input` goes to the tool's standard input. Runs to the tool's end; the test runner bounds the time.
package func runTool(
    _ name: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
) throws -> ToolResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let files = try TemporaryFolder()
    let inputFile = try files.write("stdin", input)
    let outputFile = try files.write("stdout", [])
    let errorFile = try files.write("stderr", [])
    process.standardInput = try FileHandle(forReadingFrom: inputFile)
    process.standardOutput = try FileHandle(forWritingTo: outputFile)
    process.standardError = try FileHandle(forWritingTo: errorFile)
    // Not waitUntilExit, which can miss the end of the tool when several threads wait for tools.
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    ended.wait()
    return ToolResult(
        status: process.terminationStatus,
        output: [UInt8](try Data(contentsOf: outputFile)),
        errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
}

/// A folder that is removed with its value.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("ura-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> URL {
        let file = url.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
