import Foundation
import MessageCodecs
import TestSupport
import Testing

/// An HTTP answer as curl shows it.
struct CurlAnswer: Sendable {
    let status: Int
    let reason: String
    let headers: [(name: String, value: String)]
    let body: [UInt8]

    func values(_ name: String) -> [String] { headers.filter { $0.name.lowercased() == name.lowercased() }.map(\.value) }

    fileprivate init(_ output: [UInt8]) throws {
        let end = try #require(output.firstRange(of: Array("\r\n\r\n".utf8)))
        let lines = String(decoding: output[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        let first = lines[0].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        status = try #require(Int(first[1]))
        reason = first.count > 2 ? first[2] : ""
        headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            return (parts[0], parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : "")
        }
        body = Array(output[end.upperBound...])
    }
}

/// Calls of information systems, made with curl.
extension World {
    static let permits = "/r1/TEST/GOV/M2/provider/permits"

    /// A REST call; `body` nil sends none.
    func rest(
        _ method: String = "GET", _ target: String = permits + "/list?year=2026",
        headers: [String] = ["X-Road-Client: TEST/GOV/M1/consumer"], body: [UInt8]? = nil
    ) async throws -> CurlAnswer {
        let choice = method == "HEAD" ? ["--head"] : ["--request", method]
        return try await curl(choice + headers.flatMap { ["--header", $0] }, target, body)
    }

    func soap(
        _ message: [UInt8], method: String = "POST", contentType: String? = "text/xml; charset=UTF-8", headers: [String] = []
    ) async throws -> CurlAnswer {
        let type = ["--header", contentType.map { "Content-Type: \($0)" } ?? "Content-Type:"]
        return try await curl(
            ["--request", method] + type + headers.flatMap { ["--header", $0] }, "/", method == "POST" ? message : nil)
    }

    /// So many REST calls to targets that end in their numbers, `parallel` of them at a time; gives their HTTP statuses.
    func calls(_ count: Int, parallel: Int, body: [UInt8]? = nil) async throws -> [Int] {
        let url = "http://\(consumer.address):\(consumer.port)\(Self.permits)/[1-\(count)]"
        var arguments = [
            "--silent", "--show-error", "--noproxy", "*", "--max-time", "120", "--header", "X-Road-Client: TEST/GOV/M1/consumer",
            "--parallel", "--parallel-immediate", "--parallel-max", "\(parallel)", "--output", "/dev/null", "--write-out",
            "%{http_code}\n",
        ]
        if let body { arguments += ["--header", "Expect:", "--data-binary", String(decoding: body, as: UTF8.self)] }
        let result = try await blocking { [arguments] in try runTool("curl", arguments + [url]) }
        try #require(result.status == 0, "curl: \(result.errors)")
        return String(decoding: result.output, as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
    }

    private func curl(_ arguments: [String], _ target: String, _ body: [UInt8]?) async throws -> CurlAnswer {
        let url = "http://\(consumer.address):\(consumer.port)\(target)"
        var arguments =
            ["--silent", "--show-error", "--include", "--path-as-is", "--globoff", "--noproxy", "*", "--max-time", "60"]
            + arguments
        if body != nil { arguments += ["--header", "Expect:", "--data-binary", "@-"] }
        let result = try await blocking { [arguments] in try runTool("curl", arguments + [url], input: body ?? []) }
        try #require(result.status == 0, "curl: \(result.errors)")
        return try CurlAnswer(result.output)
    }
}

/// Runs what blocks on a thread of its own: Swift's tasks share the threads of Dispatch.
func blocking<Value: Sendable>(_ work: @Sendable @escaping () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}
