import Foundation

/// Runs a real tool that the project did not write (openssl, xmlsec1, curl …) and gives back what it said.
package struct ToolResult: Sendable {
    package let status: Int32
    package let output: [UInt8]
    package let errors: String
    package var text: String { String(decoding: output, as: UTF8.self) }
}

/// `input` goes to the tool's standard input. Runs to the tool's end; the test runner bounds the time.
///
/// Not by Foundation's `Process`: it copies 256 bytes of each entry of `/proc/self/fd`, however short the entry is, and now and then
/// reads beyond its memory (swift-corelibs-foundation issue 5472).
package func runTool(
    _ name: String, _ arguments: [String], input: [UInt8] = [], environment: [String: String] = [:]
) throws -> ToolResult {
    let files = try TemporaryFolder()
    let inputFile = try files.write("stdin", input)
    let outputFile = try files.write("stdout", [])
    let errorFile = try files.write("stderr", [])
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, inputFile.path, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputFile.path, O_WRONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 2, errorFile.path, O_WRONLY, 0)
    // Nothing of this process is held open by the tool; closing what is not open is no failure.
    for descriptor in 3..<Int32(min(sysconf(Int32(_SC_OPEN_MAX)), 1024)) {
        posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
    var process: pid_t = 0
    let failure = withArrayOfCStrings([name] + arguments) { arguments in
        withArrayOfCStrings(variables) { posix_spawnp(&process, name, &actions, nil, arguments, $0) }
    }
    guard failure == 0 else { throw ToolFailure(tool: name, reason: String(cString: strerror(failure))) }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    // As a shell tells it: the exit status, or 128 and the signal.
    let signal = status & 0x7f
    return ToolResult(
        status: signal == 0 ? status >> 8 & 0xff : 128 + signal,
        output: [UInt8](try Data(contentsOf: outputFile)),
        errors: String(decoding: try Data(contentsOf: errorFile), as: UTF8.self))
}

package struct ToolFailure: Error { let tool, reason: String }

private func withArrayOfCStrings<Value>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) throws -> Value
) rethrows -> Value {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return try body(copies + [nil])
}

/// A folder that is removed with its value.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("ura-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    /// A private folder with a short path, for tools that make sockets in it. Its maker removes it.
    package static func short() throws -> String {
        let path = "/tmp/ura-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        return path
    }

    @discardableResult
    package func write(_ name: String, _ bytes: [UInt8]) throws -> URL {
        let file = url.appendingPathComponent(name)
        try Data(bytes).write(to: file)
        return file
    }

    deinit { try? FileManager.default.removeItem(at: url) }
}
