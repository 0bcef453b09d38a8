import GlobalConfiguration
import PKI
import XRoadModel

/// Turns a document's entries into parameters and checks that they agree with each other.
struct RegistryEntries {
    private let document: RegistryDocument
    private let read: (String) throws -> [UInt8]
    private var clients: Set<ClientIdentifier> = []

    init(_ document: RegistryDocument, reading read: @escaping (String) throws -> [UInt8]) throws(RegistryFailure) {
        self.document = document
        self.read = read
        try Self.check(document.instance, of: "instance")
        for member in document.members { try register(member) }
    }

    func sharedParameters() throws(RegistryFailure) -> SharedParameters {
        let freshness = try Self.check(document.settings.ocspFreshnessSeconds, of: "ocspFreshnessSeconds", 1...604_800)
        var parameters = SharedParameters(instance: document.instance, ocspFreshnessSeconds: freshness)
        parameters.memberClasses = document.memberClasses.map { MemberClass(code: $0.code, description: $0.description) }
        try Self.requireDistinct(document.memberClasses.map { "member class \($0.code)" })
        parameters.members = document.members.map(member)
        parameters.securityServers = try document.securityServers.map(securityServer)
        try Self.requireDistinct(parameters.securityServers.map { "security server \($0.identifier)" })
        parameters.approvedCAs = try document.certificationServices.map(certificationService)
        parameters.approvedTSAs = try document.timeStampingServices.map { (entry) throws(RegistryFailure) in
            ApprovedTSA(name: entry.name, url: entry.url, certificate: try certificate(entry.certificate).der)
        }
        parameters.globalGroups = try document.globalGroups.map(globalGroup)
        try Self.requireDistinct(parameters.globalGroups.map { "global group \($0.code)" })
        return parameters
    }

    func privateParameters() throws(RegistryFailure) -> PrivateParameters {
        let entry = document.managementService
        return PrivateParameters(
            instance: document.instance,
            managementService: PrivateParameters.ManagementService(
                registrationAddress: entry.address,
                registrationCertificate: try entry.certificate.map { (file) throws(RegistryFailure) in try certificate(file).der
                },
                provider: try client(entry.provider, of: "managementService")),
            timeStampingIntervalSeconds: try Self.check(
                document.settings.timeStampingIntervalSeconds, of: "timeStampingIntervalSeconds", 60...86_400))
    }
}

/// Entries
extension RegistryEntries {
    private mutating func register(_ entry: MemberEntry) throws(RegistryFailure) {
        let name = "member \(entry.memberClass)/\(entry.code)"
        guard document.memberClasses.contains(where: { $0.code == entry.memberClass }) else {
            throw .unknownMemberClass(entry: name, code: entry.memberClass)
        }
        for code in [entry.memberClass, entry.code] + entry.subsystems.map(\.code) { try Self.check(code, of: name) }
        let identifier = member(entry).identifier
        for code in [nil] + entry.subsystems.map({ Optional($0.code) }) {
            let client = ClientIdentifier(member: identifier, subsystemCode: code)
            guard clients.insert(client).inserted else { throw .duplicate(entry: "\(client)") }
        }
    }

    private func member(_ entry: MemberEntry) -> Member {
        Member(
            identifier: MemberIdentifier(instance: document.instance, memberClass: entry.memberClass, memberCode: entry.code),
            name: entry.name, subsystems: entry.subsystems.map { Member.Subsystem(code: $0.code, name: $0.name) })
    }

    private func securityServer(_ entry: SecurityServerEntry) throws(RegistryFailure) -> SecurityServer {
        let name = "security server \(entry.owner)/\(entry.code)"
        try Self.check(entry.code, of: name)
        let owner = try client(entry.owner, of: name)
        guard owner.subsystemCode == nil else { throw .invalidReference(entry: name, reference: entry.owner) }
        try Self.requireDistinct(entry.clients.map { "\(name): client \($0)" })
        return SecurityServer(
            identifier: SecurityServerIdentifier(owner: owner.member, serverCode: entry.code),
            address: try Self.address(entry.address, of: name),
            authenticationCertificateHashes: try entry.authenticationCertificates.map { (file) throws(RegistryFailure) in
                try certificate(file).digest(.sha256)
            },
            clients: try entry.clients.map { (reference) throws(RegistryFailure) in try client(reference, of: name) },
            maintenance: entry.maintenance.map(SecurityServer.Maintenance.init(message:)))
    }

    private func certificationService(_ entry: CertificationServiceEntry) throws(RegistryFailure) -> ApprovedCA {
        guard (try? MemberNaming(profile: entry.profile)) != nil else {
            throw .unknownCertificateProfile(entry: "certification service \(entry.name)", profile: entry.profile)
        }
        return ApprovedCA(
            name: entry.name, authenticationOnly: entry.authenticationOnly,
            top: try authority(entry.certificate, entry.responders),
            intermediates: try entry.intermediates.map { (entry) throws(RegistryFailure) in
                try authority(entry.certificate, entry.responders)
            },
            certificateProfile: entry.profile)
    }

    private func authority(_ file: String, _ responders: [ResponderEntry]) throws(RegistryFailure) -> ApprovedCA.Authority {
        ApprovedCA.Authority(
            certificate: try certificate(file).der,
            responders: try responders.map { (entry) throws(RegistryFailure) in
                ApprovedCA.Responder(
                    url: entry.url,
                    certificate: try entry.certificate.map { (file) throws(RegistryFailure) in try certificate(file).der })
            })
    }

    private func globalGroup(_ entry: GlobalGroupEntry) throws(RegistryFailure) -> GlobalGroup {
        let name = "global group \(entry.code)"
        try Self.check(entry.code, of: name)
        return GlobalGroup(
            code: entry.code, description: entry.description,
            members: try entry.members.map { (reference) throws(RegistryFailure) in try client(reference, of: name) })
    }
}

/// Checks
extension RegistryEntries {
    /// A registered member or subsystem.
    private func client(_ reference: String, of entry: String) throws(RegistryFailure) -> ClientIdentifier {
        let codes = reference.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard let client = ClientIdentifier(codes: [document.instance] + codes) else {
            throw .invalidReference(entry: entry, reference: reference)
        }
        guard clients.contains(client) else { throw .unknownClient(entry: entry, reference: reference) }
        return client
    }

    /// The one certificate in a PEM file.
    private func certificate(_ file: String) throws(RegistryFailure) -> Certificate {
        let found: [Certificate]
        do {
            found = try Certificate.all(pem: String(decoding: try read(file), as: UTF8.self))
        } catch {
            throw .unreadableCertificate(file: file, reason: "\(error)")
        }
        guard let certificate = found.first, found.count == 1 else {
            throw .unreadableCertificate(file: file, reason: "\(found.count) certificates instead of one")
        }
        return certificate
    }

    /// Codes stand in URLs, headers and file names; what X-Road forbids in new codes is forbidden here.
    private static func check(_ code: String, of entry: String) throws(RegistryFailure) {
        let forbidden: (Unicode.Scalar) -> Bool = { scalar in
            [":", ";", "/", "\\", "%", "\u{7F}"].contains(scalar) || scalar.value < 0x20
                || (0x80..<0xA0).contains(scalar.value) || (0x200B...0x200F).contains(scalar.value) || scalar == "\u{FEFF}"
        }
        guard !code.isEmpty, code.first != " ", code.last != " ", !code.unicodeScalars.contains(where: forbidden) else {
            throw .invalidCode(entry: entry, code: code)
        }
    }

    private static func check(
        _ value: Int64, of name: String, _ allowed: ClosedRange<Int64>
    ) throws(RegistryFailure) -> Int64 {
        guard allowed.contains(value) else { throw .invalidSetting(name: name, value: value, allowed: allowed) }
        return value
    }

    /// A host name or an IP address: ports are fixed by the protocol.
    static func address(_ text: String, of entry: String) throws(RegistryFailure) -> String {
        let isAllowed: (UInt8) -> Bool = { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || [0x2D, 0x2E, 0x3A].contains(byte)
        }
        guard !text.isEmpty, text.utf8.count <= 253, text.utf8.allSatisfy(isAllowed) else {
            throw .invalidAddress(entry: entry, address: text)
        }
        return text
    }

    private static func requireDistinct(_ entries: [String]) throws(RegistryFailure) {
        var seen: Set<String> = []
        for entry in entries where !seen.insert(entry).inserted { throw .duplicate(entry: entry) }
    }
}
