import Foundation
import TestSupport
import Testing

/// `ura verify` as its callers see it: exit status, standard output and error.
@Suite struct VerifyCommandTests {
    private static var program: String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/" {
            let program = folder.appendingPathComponent("ura").path
            if FileManager.default.isExecutableFile(atPath: program) { return program }
            folder.deleteLastPathComponent()
        }
        return "ura"
    }

    private func verify(_ arguments: String...) throws -> ToolResult { try runTool(Self.program, ["verify"] + arguments) }

    /// nil where no vectors are set.
    private func configuration() throws -> String? { try Vectors.url("globalconf/globalconf_good2_v3")?.path }

    private func container(_ name: String) throws -> String { try Vectors.url("asic/\(name).asice")?.path ?? "" }

    @Test func exitStatus() throws {
        guard let configuration = try configuration() else { return }
        let (passed, failed) = (try container("valid-batch-ts"), try container("wrong-message"))
        let old = try container("valid-signed-message")
        #expect(try verify(passed, "--configuration", configuration).status == 0)
        #expect(try verify(old, "--configuration", configuration).status == 2)
        #expect(try verify(passed, old, failed, "--configuration", configuration).status == 1)
        #expect(try verify(old, passed, "--configuration", configuration).status == 2)
        let missing = try verify(passed, "/nowhere.asice", failed, "--configuration", configuration)
        #expect(missing.status == 64)
        #expect(missing.errors.contains("/nowhere.asice cannot be read"))
        #expect(missing.text.contains("TOTAL-PASSED") && missing.text.contains("TOTAL-FAILED"))
    }

    @Test func oneReportALine() throws {
        guard let configuration = try configuration() else { return }
        let containers = (try container("valid-batch-ts"), try container("wrong-message"))
        let result = try verify(containers.0, containers.1, "--configuration", configuration, "--json")
        let reports = try result.text.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        #expect(reports.map { $0?["subject"] as? String } == [containers.0, containers.1])
        #expect(reports.map { $0?["indication"] as? String } == ["TOTAL-PASSED", "TOTAL-FAILED"])
        let trust = (reports.first??["configuration"] as? [String: Any])?["trust"] as? String
        #expect(trust == "as given")
    }

    /// What another server has stored cannot be verified from an anchor, and nothing is judged by it then.
    @Test func anchorWithoutSignedDirectories() throws {
        guard let configuration = try configuration(), let anchor = try Vectors.url("globalconf/configuration-anchor1.xml") else {
            return
        }
        let result = try verify(
            try container("valid-batch-ts"), "--configuration", configuration, "--anchor", anchor.path)
        #expect(result.status == 2)
        #expect(result.text.contains("INDETERMINATE / POLICY_PROCESSING_ERROR, configuration_refused: "), "\(result.text)")
        #expect(!result.text.contains("Configuration trusted"))
    }

    @Test func configurationByItsHash() throws {
        guard let configuration = try configuration() else { return }
        let passed = try container("valid-batch-ts")
        let text = try verify(passed, "--configuration", configuration).text
        let line = try #require(text.split(separator: "\n").first { $0.contains("Configuration: ") })
        let hash = try #require(line.split(separator: ", ").dropFirst().first).description
        #expect(try verify(passed, "--configuration", configuration, "--configuration-hash", hash).status == 0)
        let other = String(repeating: "0", count: 64)
        let refused = try verify(passed, "--configuration", configuration, "--configuration-hash", other)
        #expect(refused.status == 2)
        #expect(refused.text.contains("there is no configuration \(other)"))
    }

    @Test func wrongUse() throws {
        let folder = try TemporaryFolder()
        let container = try folder.write("a.asice", []).path
        try folder.write("anchor.xml", Array("<a/>".utf8))
        try folder.write("instance-identifier", Array("AL".utf8))
        for arguments in [
            [], [container], [container, "--configuration", "/nowhere"], ["--configuration", folder.url.path],
            [container, "--configuration", folder.url.path, "--anchor", "/nowhere"],
            [container, "--configuration", folder.url.path, "--anchor", folder.url.appendingPathComponent("anchor.xml").path],
            [container, "--configuration", folder.url.path, "--configuration-hash", "00"],
            [folder.url.path, "--configuration", folder.url.path],
        ] {
            let result = try runTool(Self.program, ["verify"] + arguments)
            #expect(result.status == 64 && !result.errors.isEmpty, "\(arguments): \(result.status) \(result.errors)")
        }
    }
}
