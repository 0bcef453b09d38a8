import Foundation
import NIOPosix
import TestSupport
import Testing

@testable import Networking

private func received(_ exchange: HTTPServerExchange) async throws -> [UInt8] { try await body(of: exchange) }

/// Commands reach a running server over a Unix-domain socket: who asks is the kernel's word, nobody else gets in.
@Suite struct UnixSocketTests {
    private static let sayUser: HTTPListener.Handler = { exchange in
        let body = (try? await received(exchange)) ?? []
        let process = exchange.process
        try? await exchange.respond(
            status: 200, body: Array("\(process?.user ?? 999_999) \(process?.identifier ?? 0) \(body.count)\n".utf8))
    }

    private func withSocket<Value: Sendable>(_ body: @Sendable @escaping (String) async throws -> Value) async throws -> Value {
        let folder = try TemporaryFolder()
        let path = folder.url.path + "/control"
        let listener = HTTPListener(
            .unixSocket(path: path), group: MultiThreadedEventLoopGroup.singleton, log: silent, handler: Self.sayUser)
        try await listener.bind()
        let service = Task { try await listener.run() }
        defer { service.cancel() }
        return try await body(path)
    }

    @Test func curlIsHeard() async throws {
        try await withSocket { path in
            let result = try await tool("curl", ["-sS", "--unix-socket", path, "--data", "four", "http://ura/", "http://ura/"])
            let lines = result.text.split(separator: "\n").map { $0.split(separator: " ") }
            #expect(lines.count == 2, "\(result.errors)")
            for line in lines {
                #expect(line.first == "\(getuid())")
                #expect(line.count == 3 && line[2] == "4" && line[1] != "0" && line[1] != "\(getpid())")
            }
        }
    }

    @Test func onlyItsOwnerMayConnect() async throws {
        try await withSocket { path in
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            // Another user needs root to become; without it there is nothing to show.
            guard getuid() == 0 else { return }
            chmod(URL(fileURLWithPath: path).deletingLastPathComponent().path, 0o755)
            let other = ["--reuid", "65534", "--clear-groups", "curl", "-sS", "--unix-socket", path, "http://ura/"]
            let result = try await tool("setpriv", other)
            #expect(result.status == 7 && result.text.isEmpty, "\(result.text) \(result.errors)")
        }
    }

    @Test func theOutboundClientConnects() async throws {
        try await withSocket { path in
            let http = OutboundHTTP()
            for _ in 0..<2 {
                var request = OutboundRequest(.post, "http://ura/", body: .bytes(Array("four".utf8)))
                request.unixSocket = path
                let answer = String(decoding: try await http.request(request).collect(), as: UTF8.self)
                #expect(answer == "\(getuid()) \(getpid()) 4\n")
            }
        }
    }

    @Test func nobodyThereIsSaidWithThePath() async throws {
        let folder = try TemporaryFolder()
        var request = OutboundRequest(.get, "http://ura/")
        request.unixSocket = folder.url.path + "/nobody"
        do {
            _ = try await OutboundHTTP().request(request)
            Issue.record("somebody answered")
        } catch {
            #expect("\(error)".hasPrefix(folder.url.path + "/nobody cannot be reached"), "\(error)")
        }
    }

    /// A server that died left its socket; the next one takes its place, and removes it at an orderly end.
    @Test func anOldSocketIsReplaced() async throws {
        let folder = try TemporaryFolder()
        let path = folder.url.path + "/control"
        let left = try UnixDomainSocket.leaveBehind(path)
        #expect(left && FileManager.default.fileExists(atPath: path))
        let listener = HTTPListener(
            .unixSocket(path: path), group: MultiThreadedEventLoopGroup.singleton, log: silent, handler: Self.sayUser)
        try await listener.bind()
        let service = Task { try await listener.run() }
        let result = try await tool("curl", ["-sS", "--unix-socket", path, "http://ura/"])
        #expect(result.status == 0, "\(result.errors)")
        service.cancel()
        try await service.value
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test func neitherAFileNorALongPathIsTaken() async throws {
        let folder = try TemporaryFolder()
        try folder.write("file", Array("kept".utf8))
        for path in [folder.url.path + "/file", folder.url.path + "/" + String(repeating: "x", count: 100)] {
            let listener = HTTPListener(
                .unixSocket(path: path), group: MultiThreadedEventLoopGroup.singleton, log: silent, handler: Self.sayUser)
            do {
                try await listener.bind()
                Issue.record("listens on \(path)")
            } catch {
                #expect("\(error)".hasPrefix("cannot listen on \(path): "), "\(error)")
            }
        }
        #expect(FileManager.default.contents(atPath: folder.url.path + "/file") == Data("kept".utf8))
    }
}

private enum UnixDomainSocket {
    /// What a process leaves that was killed while it listened.
    static func leaveBehind(_ path: String) throws -> Bool {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        } == 0
    }
}
