import Foundation
import PKI
import TestSupport

@testable import Networking

/// A key and certificates made with the openssl tool, as files for that tool and as a value for us.
struct TestIdentity: Sendable {
    let folder: TemporaryFolder
    let identity: TLSIdentity
    var keyPath: String { folder.url.appendingPathComponent("key.pem").path }
    /// Leaf and authority.
    var chainPath: String { folder.url.appendingPathComponent("chain.pem").path }
    var authorityPath: String { folder.url.appendingPathComponent("ca.pem").path }
    var leaf: [UInt8] { identity.certificateChain[0] }

    enum Kind: Sendable { case rsa, p256 }

    struct ToolFailure: Error { let text: String }

    /// A leaf under an authority of its own.
    init(_ name: String, _ kind: Kind = .rsa) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        func path(_ file: String) -> String { folder.url.appendingPathComponent(file).path }
        let key = kind == .rsa ? ["-newkey", "rsa:2048"] : ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        let authority = ["req", "-x509"] + key + ["-nodes", "-days", "3", "-subj", "/CN=\(name) authority"]
        try Self.openssl(authority + ["-keyout", path("ca.key"), "-out", path("ca.pem")])
        let leaf = ["req", "-x509"] + key + ["-nodes", "-days", "3", "-subj", "/CN=\(name)"]
        try Self.openssl(
            leaf + ["-CA", path("ca.pem"), "-CAkey", path("ca.key"), "-keyout", path("key.pem"), "-out", path("leaf.pem")])
        let chain =
            try Data(contentsOf: folder.url.appendingPathComponent("leaf.pem"))
            + Data(contentsOf: folder.url.appendingPathComponent("ca.pem"))
        try chain.write(to: folder.url.appendingPathComponent("chain.pem"))
        let certificates = try ["leaf.pem", "ca.pem"].map { file in
            try Self.openssl(["x509", "-in", path(file), "-outform", "DER"])
        }
        let pem = [UInt8](try Data(contentsOf: folder.url.appendingPathComponent("key.pem")))
        identity = TLSIdentity(certificateChain: certificates, privateKey: try PrivateKey(pem: pem, passphrase: []))
    }

    @discardableResult
    private static func openssl(_ arguments: [String]) throws -> [UInt8] {
        let result = try runTool("openssl", arguments)
        guard result.status == 0 else { throw ToolFailure(text: result.errors) }
        return result.output
    }

    private static let server = Result { try lasting("server", .rsa) }
    private static let client = Result { try lasting("client", .rsa) }
    private static let elliptic = Result { try lasting("elliptic", .p256) }
    private static let lastingFolders = Recorder<URL>()

    /// Made once and used by all tests: its folder goes when the process ends.
    private static func lasting(_ name: String, _ kind: Kind) throws -> TestIdentity {
        let identity = try TestIdentity(name, kind)
        lastingFolders.record(identity.folder.url)
        atexit { for folder in TestIdentity.lastingFolders.values { try? FileManager.default.removeItem(at: folder) } }
        return identity
    }

    static func rsaServer() throws -> TestIdentity { try server.get() }
    static func rsaClient() throws -> TestIdentity { try client.get() }
    static func ellipticServer() throws -> TestIdentity { try elliptic.get() }
}
