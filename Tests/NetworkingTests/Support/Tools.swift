import Foundation
import TestSupport

/// A tool on a thread of its own, so that the test's other tasks go on.
func tool(_ name: String, _ arguments: [String], input: String = "") async throws -> ToolResult {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Result { try runTool("timeout", ["60", name] + arguments, input: Array(input.utf8)) })
        }
    }
}

/// `openssl s_client` against 127.0.0.1; reads on after its input's end.
func tlsClient(_ port: Int, _ arguments: [String], request: String = simpleRequest) async throws -> String {
    let result = try await tool(
        "openssl", ["s_client", "-connect", "127.0.0.1:\(port)", "-ign_eof"] + arguments, input: request)
    return result.text + result.errors
}

let simpleRequest = "GET / HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"

/// `openssl s_server` on a port of its choice, for as long as the body runs.
func withTLSServer<Value>(_ arguments: [String], _ body: (Int) async throws -> Value) async throws -> Value {
    let folder = try TemporaryFolder()
    let outputFile = try folder.write("output", [])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["openssl", "s_server", "-accept", "127.0.0.1:0"] + arguments
    let output = try FileHandle(forWritingTo: outputFile)
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // The child has the signal mask of the thread that started it, where SIGTERM may be blocked.
    defer { kill(process.processIdentifier, SIGKILL) }
    for _ in 0..<500 {
        let text = try String(contentsOf: outputFile, encoding: .utf8)
        if let line = text.split(separator: "\n").first(where: { $0.hasPrefix("ACCEPT 127.0.0.1:") }),
            let port = Int(line.dropFirst("ACCEPT 127.0.0.1:".count))
        {
            return try await body(port)
        }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw TestIdentity.ToolFailure(text: try String(contentsOf: outputFile, encoding: .utf8))
}
