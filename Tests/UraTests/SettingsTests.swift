import MessageLog
import TestSupport
import Testing

@testable import Ura

/// A bad settings file is refused with file, line and what would be right.
@Suite struct SettingsTests {
    private static let good = """
        identifier: XK/GOV/GAM/SS1
        stateFolder: state
        passphraseFile: passphrase
        configuration: { anchor: anchor.xml }
        listeners:
          informationSystems: { address: 127.0.0.1 }
          peers: { address: 127.0.0.1 }
          ocspRelay: { address: 127.0.0.1 }
        authentication: { key: a.key, certificate: a.pem }
        clients:
          - { identifier: XK/GOV/GAM/mmis, connection: http }
        """

    private func read(_ text: String, environment: [String: String] = [:]) throws -> SecurityServerSettings {
        try SettingsSection.read(file: "s.yaml", text: text, environment: environment) { root throws(SettingsError) in
            try SecurityServerSettings(root, folder: SettingsFolder(ofFile: "/etc/ura/s.yaml"))
        }
    }

    @Test func readsWithDefaults() throws {
        let settings = try read(Self.good)
        #expect(settings.identifier.description == "XK/GOV/GAM/SS1")
        #expect(settings.informationSystems.port == 8080 && settings.peers.port == 5500 && settings.ocspRelay.port == 5577)
        #expect(settings.stateFolder == "/etc/ura/state")
        #expect(settings.limits.maximumBodyBytes == 10 << 20 && settings.refreshSeconds == 60)
        #expect(settings.batchSignatures)
    }

    @Test func batchesCanBeSwitchedOff() throws {
        #expect(try !read(Self.good + "\nbatchSignatures: false").batchSignatures)
    }

    @Test func timestamping() throws {
        let standard = try read(Self.good).timestamping
        #expect(standard.schedule == TimestampingSettings() && standard.authorities.isEmpty)
        #expect(standard.schedule.acceptableFailureSeconds == 14_400 && standard.schedule.intervalSeconds == nil)
        let text = """
            timestamping:
              mode: immediate
              intervalSeconds: 5
              acceptableFailureSeconds: 172800
              authorities: [Second, First]
            """
        let settings = try read(Self.good + "\n" + text).timestamping
        #expect(settings.schedule.mode == .immediate && settings.schedule.intervalSeconds == 5)
        #expect(settings.schedule.acceptableFailureSeconds == 172_800)
        #expect(settings.authorities == ["Second", "First"])
    }

    @Test func archives() throws {
        #expect(try read(Self.good).archive == nil)
        let standard = try #require(try read(Self.good + "\narchive: { folder: archive }").archive)
        #expect(standard.folder == "/etc/ura/archive" && standard.archiver == ArchiverSettings())
        #expect(standard.encryption == nil && standard.transfer == nil)
        let text = """
            archive:
              folder: /srv/archive
              grouping: subsystem
              intervalSeconds: 3600
              waitingBytes: 1048576
              maximumBytes: 2097152
              keepDays: 400
              encryption: { keys: keys }
              transfer: { command: [/bin/send, --to, "a b"], timeoutSeconds: 5, removeTransferred: true }
            """
        let archive = try #require(try read(Self.good + "\n" + text).archive)
        #expect(archive.archiver.grouping == .subsystem && archive.archiver.intervalSeconds == 3600)
        #expect(archive.archiver.waitingBytes == 1 << 20 && archive.archiver.limits.maximumBytes == 2 << 20)
        #expect(archive.archiver.keepDays == 400 && archive.archiver.removesTransferred)
        #expect(archive.encryption == .init(keys: "/etc/ura/keys", program: "/usr/bin/gpg"))
        #expect(archive.transfer == .init(command: ["/bin/send", "--to", "a b"], timeoutSeconds: 5))
    }

    @Test func logPoliciesOfServicesAndClients() throws {
        let text =
            Self.good.replacing("connection: http }", with: "connection: http, log: { signatureOnErasure: destroy } }") + """

                log: { body: digest-only, retentionDays: 90 }
                services:
                  - identifier: XK/GOV/GAM/mmis/permits
                    kind: rest
                    address: http://127.0.0.1:1/
                    log: { body: full }
                """
        let logging = try read(text).log
        #expect(logging.standard == LogPolicy(bodyLogging: .digestOnly, retentionDays: 90))
        #expect(logging.services.values.map { $0 } == [LogPolicy(bodyLogging: .full, retentionDays: 90)])
        #expect(
            logging.clients.values.map { $0 }
                == [LogPolicy(bodyLogging: .digestOnly, signatureOnErasure: .destroy, retentionDays: 90)])
    }

    @Test func environmentOverrides() throws {
        let settings = try read(Self.good, environment: ["URA_LISTENERS_INFORMATION_SYSTEMS_PORT": "8090"])
        #expect(settings.informationSystems.port == 8090)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        let from: String
        let to: String
        let message: String
        var testDescription: String { to }
    }

    @Test(arguments: [
        Bad(from: "stateFolder:", to: "stateFolders:", message: "s.yaml:1: stateFolder is missing"),
        Bad(
            from: "passphraseFile: passphrase", to: "passphraseFile: passphrase\nlegacyPeerSuits: no",
            message: "s.yaml:4: legacyPeerSuits is not a known key; the nearest known key is legacyPeerSuites"),
        Bad(
            from: "informationSystems: { address: 127.0.0.1 }", to: "informationSystems: { address: 127.0.0.1, prot: 1 }",
            message: "s.yaml:6: listeners.informationSystems.prot is not a known key; the nearest known key is port"),
        Bad(
            from: "informationSystems: { address: 127.0.0.1 }", to: "informationSystems: { address: 127.0.0.1, port: 70000 }",
            message: "s.yaml:6: listeners.informationSystems.port must be a whole number from 0 to 65535, not “70000”"),
        Bad(
            from: "connection: http", to: "connection: htpt",
            message: "s.yaml:11: clients.0.connection must be one of http, https, https-client-certificate, not “htpt”"),
        Bad(
            from: "identifier: XK/GOV/GAM/SS1", to: "identifier: XK/GOV/GAM",
            message: "s.yaml:1: identifier must be INSTANCE/CLASS/MEMBER/SERVER, not “XK/GOV/GAM”"),
        Bad(
            from: "clients:", to: "timestamping: { mode: later }\nclients:",
            message: "s.yaml:10: timestamping.mode must be one of batch, immediate, not “later”"),
        Bad(
            from: "clients:", to: "timestamping: { acceptableFailureSeconds: 0 }\nclients:",
            message: "s.yaml:10: timestamping.acceptableFailureSeconds must be a whole number from 60 to 1209600, not “0”"),
        Bad(
            from: "connection: http }", to: "connection: http, log: { body: half } }",
            message: "s.yaml:11: clients.0.log.body must be one of full, digest-only, not “half”"),
        Bad(
            from: "clients:", to: "log: { retentionDays: 0 }\nclients:",
            message: "s.yaml:10: log.retentionDays must be a whole number from 1 to 36500, not “0”"),
        Bad(
            from: "clients:",
            to: "archive: { folder: a, transfer: { command: [scp, x] } }\nclients:",
            message: "s.yaml:10: archive.transfer.command must be a list whose first word is the absolute path of a program"),
        Bad(
            from: "clients:", to: "archive: { folder: a, grouping: server }\nclients:",
            message: "s.yaml:10: archive.grouping must be one of none, member, subsystem, not “server”"),
        Bad(from: "clients:", to: "archive: { grouping: none }\nclients:", message: "s.yaml:10: archive.folder is missing"),
        Bad(from: "clients:", to: "clients: 5\nx:", message: "s.yaml:10: clients must be a list"),
        Bad(from: "identifier: XK/GOV/GAM/SS1", to: "identifier: [", message: "s.yaml: not valid YAML"),
    ])
    func refuses(_ bad: Bad) throws {
        let text = Self.good.replacing(bad.from, with: bad.to, maxReplacements: 1)
        do {
            _ = try read(text)
            Issue.record("accepted")
        } catch {
            #expect("\(error)".hasPrefix(bad.message), "\(error)")
        }
    }

    /// A setting that stands in no list would change unseen, and in neither way.
    @Test func everySettingIsFixedOrLive() throws {
        let properties = Mirror(reflecting: try read(Self.good)).children.compactMap(\.label)
        let parts = (SecurityServerSettings.fixed + SecurityServerSettings.live).map {
            String($0.key.split(separator: ".").last ?? "")
        }
        // Two limits are fixed though the others are not.
        let expected = properties.map { $0 == "logging" ? "log" : $0 } + ["logWarnBytes", "logRefuseBytes"]
        #expect(parts.sorted() == expected.sorted())
    }

    @Test func changesAreSeenByName() throws {
        let old = try read(Self.good)
        let new = try read(
            Self.good.replacing("informationSystems: { address: 127.0.0.1 }", with: "informationSystems: { address: 127.0.0.2 }")
                .replacing("connection: http", with: "connection: https"))
        #expect(SecurityServerSettings.fixed.filter { !$0.isSame(old, new) }.map(\.key) == ["listeners.informationSystems"])
        #expect(SecurityServerSettings.live.filter { !$0.isSame(old, new) }.map(\.key) == ["clients"])
        #expect(SecurityServerSettings.fixed.allSatisfy { $0.isSame(old, old) })
    }

    @Test func exampleFileIsGood() throws {
        let result = try runTool("cat", ["deploy/example/security-server.yaml"])
        #expect(result.status == 0, "run from the package's folder")
        _ = try read(result.text)
    }
}
