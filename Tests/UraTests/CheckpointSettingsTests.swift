import MessageLog
import TestSupport
import Testing
import XRoadModel

@testable import Ura

/// What logs and their witnesses are told.
@Suite struct CheckpointSettingsTests {
    private static let witnessKey = "witness.example/1+44286c0a+BNATVzZjcXieKi7mudtc3PlcmXCVxBcFX8QCc7OJGmO7"
    private static let logKey = "XK/GOV/CRA/SS2+66d55742+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    private static let server = SecurityServerIdentifier(
        owner: MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "a b/+"), serverCode: "SS1")

    private func checkpoints(_ text: String) throws -> CheckpointSettings {
        try SettingsSection.read(file: "s.yaml", text: text, environment: [:]) { root throws(SettingsError) in
            try CheckpointSettings(root, of: Self.server, SettingsFolder(ofFile: "/etc/ura/s.yaml"))
        }
    }

    private func witness(_ text: String) throws -> WitnessSettings {
        try SettingsSection.read(file: "w.yaml", text: text, environment: [:]) { root throws(SettingsError) in
            try WitnessSettings(root, folder: SettingsFolder(ofFile: "/etc/ura/w.yaml"))
        }
    }

    @Test func aLogIsSignedUnlessTold() throws {
        let settings = try checkpoints("{}")
        #expect(settings.origin.text == "XK/GOV/a%20b%2f%2b/SS1")
        #expect(settings.key == nil && settings.intervalSeconds == 60 && settings.witnesses.isEmpty)
    }

    @Test func everyKeyIsRead() throws {
        let settings = try checkpoints(
            """
            checkpoints:
              origin: log.example/1
              key: log.key
              intervalSeconds: 5
              keyDays: 30
              witnesses: [{ url: "https://witness.example", key: \(Self.witnessKey) }]
              warnAfterMinutes: 3
            """)
        #expect(settings.origin.text == "log.example/1" && settings.key == "/etc/ura/log.key" && settings.intervalSeconds == 5)
        #expect(settings.keyDays == 30 && settings.warnAfterMinutes == 3)
        #expect(settings.witnesses.map(\.key.text) == [Self.witnessKey])
    }

    @Test(arguments: [
        ("origin: a b", "checkpoints.origin must be a name"), ("intervalSeconds: 61", "checkpoints.intervalSeconds must be"),
        ("interval: 5", "checkpoints.interval is not a known key; the nearest known key is intervalSeconds"),
        ("witnesses: [{ url: ftp://x, key: \(witnessKey) }]", "checkpoints.witnesses.0.url must begin with http"),
        ("witnesses: [{ url: http://x/, key: \(witnessKey) }]", "checkpoints.witnesses.0.url must begin with http"),
        ("witnesses: [{ url: http://x, key: x }]", "checkpoints.witnesses.0.key must be a verifier key"),
        ("witnesses: [{ url: http://x, key: \(logKey) }]", "checkpoints.witnesses.0.key is a log's key, not a witness's"),
    ])
    func badCheckpointSettingsAreRefused(line: String, message: String) {
        #expect { try checkpoints("checkpoints:\n  \(line)") } throws: { "\($0)".contains(message) }
    }

    private static let good = """
        name: witness.example/1
        stateFolder: state
        passphraseFile: passphrase
        key: witness.key
        listener: { address: 127.0.0.1 }
        logs:
          - { origin: XK/GOV/CRA/SS2, keys: [\(logKey)] }
        """

    @Test func theExampleOfAWitnessIsGood() throws {
        let result = try runTool("cat", ["deploy/example/witness.yaml"])
        #expect(result.status == 0, "run from the package's folder")
        #expect(try witness(result.text).logs.map(\.origin.text) == ["XK/GOV/CRA/SS2"])
        let settings = try witness(Self.good)
        #expect(settings.listener.port == 8095 && settings.stateFolder == "/etc/ura/state" && settings.maximumConnections == 256)
    }

    @Test(arguments: [
        ("name: witness.example/1", "name: a+b", "name must be a name"),
        ("  - { origin: XK/GOV/CRA/SS2, keys: [\(logKey)] }", "  []", "logs names no log"),
        ("keys: [\(logKey)]", "keys: []", "logs.0.keys names no key"),
        ("keys: [\(logKey)]", "keys: [\(witnessKey)]", "logs.0.keys is a witness's key, not a log's"),
        ("origin: XK/GOV/CRA/SS2", "origin: XK/GOV/CRA/SS3", "logs.0.keys names a key of XK/GOV/CRA/SS2, not of XK/GOV/CRA/SS3"),
        ("logs:", "logs:\n  - { origin: XK/GOV/CRA/SS2, keys: [\(logKey)] }", "logs names XK/GOV/CRA/SS2 twice"),
        ("stateFolder:", "statefolder:", "stateFolder is missing"),
    ])
    func badWitnessSettingsAreRefused(from: String, to: String, message: String) {
        let text = Self.good.replacing(from, with: to, maxReplacements: 1)
        #expect { try witness(text) } throws: { "\($0)".contains(message) }
    }
}
