import AccessPolicy
import Exchange
import KeyVault
import MessageLog
import PKI
import XRoadModel

/// Everything `ura security-server` is told; see `deploy/example/security-server.yaml` for each key in its place.
/// Paths are relative to the settings file. Secrets never stand here: keys are encrypted files, the passphrase comes from a
/// credential file or a file descriptor.
struct SecurityServerSettings: Sendable {
    struct Listener: Hashable {
        let address: String
        let port: Int
    }

    struct KeyPair: Hashable {
        let key: String
        let certificate: String
    }

    struct SecuredListener: Hashable {
        let listener: Listener
        let pair: KeyPair
    }

    struct Signing: Hashable {
        let member: MemberIdentifier
        let pair: KeyPair
    }

    let identifier: SecurityServerIdentifier
    let stateFolder: String
    let passphrase: Passphrase.Source
    let anchor: String
    let refreshSeconds: Int
    let informationSystems: Listener
    let informationSystemsTLS: SecuredListener?
    let peers: Listener
    let ocspRelay: Listener
    let authentication: KeyPair
    let signing: [Signing]
    let clients: LocalClients
    let services: Services
    let log: LogPolicies
    let limits: Limits
    let faults: Faults
    let operators: [Operator]
    let checkpoints: CheckpointSettings

    /// Sizes in bytes, times in seconds; every one finite.
    struct Limits: Hashable {
        let maximumBodyBytes: Int
        let connectSeconds: Int
        let callSeconds: Int
        let maximumConnections: Int
        let ocspRefreshSeconds: Int
        let logWarnBytes: Int
        let logRefuseBytes: Int
    }

    /// Who may approve erasures of the log.
    struct Operator: Hashable {
        let name: String
        /// Public key (PEM).
        let key: String
    }

    struct Faults: Hashable {
        let spelling: FaultSpelling
        /// HTTP status of a SOAP fault towards information systems: 200 as X-Road, or 500 as SOAP 1.1 over HTTP.
        let soapStatus: Int
    }
    let timestamping: Timestamping
    /// nil where nothing is archived.
    let archive: Archive?
    /// Whether messages that wait for a signing key at the same time share a signature.
    let batchSignatures: Bool
    let legacyPeerSuites: Bool
    let eventLoopThreads: Int
}

extension SecurityServerSettings {
    init(_ root: SettingsSection, folder: SettingsFolder) throws(SettingsError) {
        identifier = try root.securityServer("identifier")
        stateFolder = folder.resolve(try root.string("stateFolder"))
        passphrase = try PassphraseSource.read(root, folder)
        let configuration = try root.section("configuration")
        anchor = folder.resolve(try configuration.string("anchor"))
        refreshSeconds = try configuration.integer("refreshSeconds", default: 60, in: 1...3600)

        let listeners = try root.section("listeners")
        let systems = try listeners.section("informationSystems")
        informationSystems = try Listener(systems, port: 8080)
        if let secured = try listeners.optionalSection("informationSystemsTLS") {
            informationSystemsTLS = SecuredListener(
                listener: try Listener(secured, port: 8443), pair: try KeyPair(secured, folder))
        } else {
            informationSystemsTLS = nil
        }
        peers = try Listener(listeners.section("peers"), port: 5500)
        ocspRelay = try Listener(listeners.section("ocspRelay"), port: 5577)

        authentication = try KeyPair(root.section("authentication"), folder)
        var signing: [Signing] = []
        for section in try root.sections("signing") {
            signing.append(Signing(member: try section.member("member"), pair: try KeyPair(section, folder)))
        }
        self.signing = signing
        (clients, services, log) = try Self.parties(root)

        var operators: [Operator] = []
        for section in try root.sections("operators") {
            operators.append(Operator(name: try section.string("name"), key: folder.resolve(try section.string("key"))))
        }
        self.operators = operators

        let limits = try root.optionalSection("limits")
        self.limits = try Limits(limits)
        let faults = try root.optionalSection("faults")
        self.faults = Faults(
            spelling: try faults?.choice("spelling", default: .snakeCase) ?? .snakeCase,
            soapStatus: try faults?.integer("soapStatus", default: 200, in: 200...500) ?? 200)
        if let faults, ![200, 500].contains(self.faults.soapStatus) { throw faults.error("soapStatus", "must be 200 or 500") }
        timestamping = try Timestamping(root.optionalSection("timestamping"))
        archive = try root.optionalSection("archive").map { section throws(SettingsError) in try Archive(section, folder) }
        checkpoints = try CheckpointSettings(root, of: identifier, folder)
        batchSignatures = try root.boolean("batchSignatures", default: true)
        legacyPeerSuites = try root.boolean("legacyPeerSuites", default: true)
        eventLoopThreads = try root.integer("eventLoopThreads", default: 2, in: 1...64)
    }

    private static func parties(
        _ root: SettingsSection
    ) throws(SettingsError) -> (LocalClients, Services, LogPolicies) {
        let standard = try LogPolicy(root)
        var clients: [LocalClient] = []
        var services: [Service] = []
        var ofClients: [ClientIdentifier: LogPolicy] = [:]
        var ofServices: [ServiceIdentifier: LogPolicy] = [:]
        for section in try root.sections("clients") {
            let client = try LocalClient(section)
            clients.append(client)
            ofClients[client.identifier] = try LogPolicy(section, standard: standard)
        }
        for section in try root.sections("services") {
            let service = try Service(section)
            services.append(service)
            ofServices[service.identifier] = try LogPolicy(section, standard: standard)
        }
        let log = LogPolicies(standard: standard, services: ofServices, clients: ofClients)
        return (LocalClients(clients), Services(services), log)
    }
}

extension SecurityServerSettings {
    /// Reads and checks the file; it names keys and addresses, so nobody else may write or read it.
    static func load(_ path: String) throws -> SecurityServerSettings {
        try FilePermissions.requirePrivate(path)
        let text = String(decoding: try FileBytes.read(path), as: UTF8.self)
        let folder = SettingsFolder(ofFile: path)
        return try SettingsSection.read(file: path, text: text) { root throws(SettingsError) in
            try SecurityServerSettings(root, folder: folder)
        }
    }

}

extension SecurityServerSettings.Listener {
    init(_ section: SettingsSection, port: Int) throws(SettingsError) {
        address = try section.string("address")
        self.port = try section.integer("port", default: port, in: 0...65_535)
    }
}

extension SecurityServerSettings.KeyPair {
    init(_ section: SettingsSection, _ folder: SettingsFolder) throws(SettingsError) {
        key = folder.resolve(try section.string("key"))
        certificate = folder.resolve(try section.string("certificate"))
    }
}

extension SecurityServerSettings.Limits {
    init(_ section: SettingsSection?) throws(SettingsError) {
        func integer(_ key: String, _ fallback: Int, _ range: ClosedRange<Int>) throws(SettingsError) -> Int {
            try section?.integer(key, default: fallback, in: range) ?? fallback
        }
        maximumBodyBytes = try integer("maximumBodyBytes", 10 << 20, 1024...(16 << 30))
        connectSeconds = try integer("connectSeconds", 10, 1...300)
        callSeconds = try integer("callSeconds", 120, 1...7200)
        maximumConnections = try integer("maximumConnections", 5000, 1...100_000)
        ocspRefreshSeconds = try integer("ocspRefreshSeconds", 300, 1...3600)
        logWarnBytes = try integer("logWarnBytes", 1 << 30, 0...(1 << 50))
        logRefuseBytes = try integer("logRefuseBytes", 64 << 20, 0...(1 << 50))
    }
}

extension LocalClient {
    init(_ section: SettingsSection) throws(SettingsError) {
        var certificates: Set<[UInt8]> = []
        for text in try section.strings("certificateSHA256") {
            guard let hash = Hexadecimal.decode(text), hash.count == DigestAlgorithm.sha256.length else {
                throw section.error("certificateSHA256", "must be 64 hexadecimal digits, not “\(text)”")
            }
            certificates.insert(hash)
        }
        self.init(
            identifier: try section.client("identifier"),
            connection: try section.choice("connection", default: ConnectionType.httpsWithClientCertificate),
            certificates: certificates)
    }
}

extension Service {
    init(_ section: SettingsSection) throws(SettingsError) {
        var consumers: Set<ClientIdentifier> = []
        for text in try section.strings("consumers") {
            consumers.insert(try section.client("consumers", from: text))
        }
        let address = try section.string("address")
        guard address.hasPrefix("http://") || address.hasPrefix("https://") else {
            throw section.error("address", "must begin with http:// or https://, not “\(address)”")
        }
        self.init(
            identifier: try section.service("identifier"), kind: try section.choice("kind"), address: address,
            timeoutSeconds: try section.integer("timeoutSeconds", default: 60, in: 1...3600),
            disabledNotice: try section.optionalString("disabledNotice"), consumers: consumers)
    }
}
