/// The registry of an instance as its operator writes it (YAML). Certificates are named by PEM file, members as `CLASS/CODE`,
/// subsystems as `CLASS/CODE/SUBSYSTEM`; the instance is the registry's own.
package struct RegistryDocument: Decodable, Sendable {
    let instance: String
    /// Host name or IP address of the central server.
    let address: String
    let memberClasses: [MemberClassEntry]
    let members: [MemberEntry]
    let securityServers: [SecurityServerEntry]
    let certificationServices: [CertificationServiceEntry]
    let timeStampingServices: [TimeStampingServiceEntry]
    let globalGroups: [GlobalGroupEntry]
    let managementService: ManagementServiceEntry
    let settings: SettingsEntry

    enum CodingKeys: String, CodingKey, CaseIterable {
        case instance, address, memberClasses, members, securityServers, certificationServices, timeStampingServices,
            globalGroups,
            managementService, settings
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        instance = try values.decode(String.self, forKey: .instance)
        address = try values.decode(String.self, forKey: .address)
        memberClasses = try values.decode([MemberClassEntry].self, forKey: .memberClasses)
        members = try values.decode([MemberEntry].self, forKey: .members)
        securityServers = try values.list(.securityServers)
        certificationServices = try values.list(.certificationServices)
        timeStampingServices = try values.list(.timeStampingServices)
        globalGroups = try values.list(.globalGroups)
        managementService = try values.decode(ManagementServiceEntry.self, forKey: .managementService)
        settings = try values.decodeIfPresent(SettingsEntry.self, forKey: .settings) ?? SettingsEntry()
    }
}

extension KeyedDecodingContainer {
    /// A list that may be left out.
    fileprivate func list<Entry: Decodable>(_ key: Key) throws -> [Entry] { try decodeIfPresent([Entry].self, forKey: key) ?? [] }
}

struct MemberClassEntry: Decodable, Sendable {
    let code: String
    let description: String

    enum CodingKeys: String, CodingKey, CaseIterable { case code, description }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        code = try values.decode(String.self, forKey: .code)
        description = try values.decode(String.self, forKey: .description)
    }
}

struct MemberEntry: Decodable, Sendable {
    let memberClass: String
    let code: String
    let name: String
    let subsystems: [SubsystemEntry]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case memberClass = "class"
        case code, name, subsystems
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        memberClass = try values.decode(String.self, forKey: .memberClass)
        code = try values.decode(String.self, forKey: .code)
        name = try values.decode(String.self, forKey: .name)
        subsystems = try values.list(.subsystems)
    }
}

struct SubsystemEntry: Decodable, Sendable {
    let code: String
    let name: String?

    enum CodingKeys: String, CodingKey, CaseIterable { case code, name }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        code = try values.decode(String.self, forKey: .code)
        name = try values.decodeIfPresent(String.self, forKey: .name)
    }
}

struct SecurityServerEntry: Decodable, Sendable {
    let owner: String
    let code: String
    let address: String
    let authenticationCertificates: [String]
    let clients: [String]
    /// Present while the server is out of service; shown to consumers.
    let maintenance: String?

    enum CodingKeys: String, CodingKey, CaseIterable {
        case owner, code, address, authenticationCertificates, clients, maintenance
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        owner = try values.decode(String.self, forKey: .owner)
        code = try values.decode(String.self, forKey: .code)
        address = try values.decode(String.self, forKey: .address)
        authenticationCertificates = try values.list(.authenticationCertificates)
        clients = try values.list(.clients)
        maintenance = try values.decodeIfPresent(String.self, forKey: .maintenance)
    }
}

struct CertificationServiceEntry: Decodable, Sendable {
    let name: String
    let authenticationOnly: Bool
    /// Name of the certificate profile, for example X-Road's class name.
    let profile: String
    let certificate: String
    let responders: [ResponderEntry]
    let intermediates: [AuthorityEntry]

    enum CodingKeys: String, CodingKey, CaseIterable {
        case name, authenticationOnly, profile, certificate, responders, intermediates
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        authenticationOnly = try values.decodeIfPresent(Bool.self, forKey: .authenticationOnly) ?? false
        profile = try values.decode(String.self, forKey: .profile)
        certificate = try values.decode(String.self, forKey: .certificate)
        responders = try values.list(.responders)
        intermediates = try values.list(.intermediates)
    }
}

struct AuthorityEntry: Decodable, Sendable {
    let certificate: String
    let responders: [ResponderEntry]

    enum CodingKeys: String, CodingKey, CaseIterable { case certificate, responders }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        certificate = try values.decode(String.self, forKey: .certificate)
        responders = try values.list(.responders)
    }
}

struct ResponderEntry: Decodable, Sendable {
    let url: String
    let certificate: String?

    enum CodingKeys: String, CodingKey, CaseIterable { case url, certificate }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        url = try values.decode(String.self, forKey: .url)
        certificate = try values.decodeIfPresent(String.self, forKey: .certificate)
    }
}

struct TimeStampingServiceEntry: Decodable, Sendable {
    let name: String
    let url: String
    let certificate: String

    enum CodingKeys: String, CodingKey, CaseIterable { case name, url, certificate }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        name = try values.decode(String.self, forKey: .name)
        url = try values.decode(String.self, forKey: .url)
        certificate = try values.decode(String.self, forKey: .certificate)
    }
}

struct GlobalGroupEntry: Decodable, Sendable {
    let code: String
    let description: String
    let members: [String]

    enum CodingKeys: String, CodingKey, CaseIterable { case code, description, members }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        code = try values.decode(String.self, forKey: .code)
        description = try values.decode(String.self, forKey: .description)
        members = try values.list(.members)
    }
}

struct ManagementServiceEntry: Decodable, Sendable {
    let address: String
    let certificate: String?
    let provider: String

    enum CodingKeys: String, CodingKey, CaseIterable { case address, certificate, provider }

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        address = try values.decode(String.self, forKey: .address)
        certificate = try values.decodeIfPresent(String.self, forKey: .certificate)
        provider = try values.decode(String.self, forKey: .provider)
    }
}

/// Defaults are X-Road's.
struct SettingsEntry: Decodable, Sendable {
    var ocspFreshnessSeconds: Int64 = 3600
    var timeStampingIntervalSeconds: Int64 = 60

    enum CodingKeys: String, CodingKey, CaseIterable { case ocspFreshnessSeconds, timeStampingIntervalSeconds }

    init() {}

    init(from decoder: any Decoder) throws {
        let values = try decoder.strictContainer(keyedBy: CodingKeys.self)
        ocspFreshnessSeconds = try values.decodeIfPresent(Int64.self, forKey: .ocspFreshnessSeconds) ?? ocspFreshnessSeconds
        timeStampingIntervalSeconds =
            try values.decodeIfPresent(Int64.self, forKey: .timeStampingIntervalSeconds) ?? timeStampingIntervalSeconds
    }
}
