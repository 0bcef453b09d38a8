import XML
import XRoadModel

extension SharedParameters {
    /// Reads shared parameters of any version from 2 to 6: the later ones add elements, and what is not used here is passed over.
    /// A reference to an unknown member, or an identifier given twice, makes the whole file unusable.
    package init(reading bytes: [UInt8], version: Int) throws(ConfigurationFailure) {
        guard ConfigurationVersion.readable.contains(version) else { throw .unsupportedVersion(String(version)) }
        let document = try parameterDocument(bytes, root: "conf")
        let root = document.root
        let settings = try root.only("globalSettings")
        self.init(
            instance: try root.code("instanceIdentifier"), ocspFreshnessSeconds: try settings.seconds("ocspFreshnessSeconds"))
        self.version = version
        sources = try root.children("source", nil).map(PublishedSource.init(reading:))
        approvedCAs = try root.children("approvedCA", nil).map(ApprovedCA.init(reading:))
        approvedTSAs = try root.children("approvedTSA", nil).map(ApprovedTSA.init(reading:))
        var references = ClientReferences(instance: instance)
        members = try root.children("member", nil).map { (element) throws(ConfigurationFailure) in
            try references.member(element)
        }
        securityServers = try root.children("securityServer", nil).map { (element) throws(ConfigurationFailure) in
            try SecurityServer(reading: element, references: references)
        }
        globalGroups = try root.children("globalGroup", nil).map(GlobalGroup.init(reading:))
        memberClasses = try settings.children("memberClass", nil).map(MemberClass.init(reading:))
        try requireDistinctServers()
    }

    private func requireDistinctServers() throws(ConfigurationFailure) {
        var seen: Set<SecurityServerIdentifier> = []
        for server in securityServers where !seen.insert(server.identifier).inserted {
            throw .malformedParameters("security server \(server.identifier) is listed twice")
        }
    }
}

/// The XML identifiers by which security servers refer to members and subsystems.
private struct ClientReferences {
    let instance: String
    private var clients: [String: ClientIdentifier] = [:]
    private var known: Set<ClientIdentifier> = []

    init(instance: String) { self.instance = instance }

    mutating func member(_ element: XMLElement) throws(ConfigurationFailure) -> Member {
        let identifier = MemberIdentifier(
            instance: instance, memberClass: try element.only("memberClass").code("code"),
            memberCode: try element.code("memberCode"))
        try add(ClientIdentifier(member: identifier), element)
        var subsystems: [Member.Subsystem] = []
        for child in element.children("subsystem", nil) {
            let code = try child.code("subsystemCode")
            try add(ClientIdentifier(member: identifier, subsystemCode: code), child)
            subsystems.append(Member.Subsystem(code: code, name: try child.optionalValue("subsystemName")))
        }
        return Member(identifier: identifier, name: try element.value("name"), subsystems: subsystems)
    }

    private mutating func add(_ client: ClientIdentifier, _ element: XMLElement) throws(ConfigurationFailure) {
        guard known.insert(client).inserted else { throw .malformedParameters("\(client) is listed twice") }
        guard let reference = element.attribute("id") else { return }
        guard clients.updateValue(client, forKey: reference.collapsed) == nil else {
            throw .malformedParameters("identifier \(reference) is given twice")
        }
    }

    func client(_ element: XMLElement) throws(ConfigurationFailure) -> ClientIdentifier {
        let reference = try element.content().collapsed
        guard let client = clients[reference] else {
            throw .malformedParameters("\(element.name) refers to \(reference), which is no member or subsystem")
        }
        return client
    }
}

extension SecurityServer {
    fileprivate init(reading element: XMLElement, references: ClientReferences) throws(ConfigurationFailure) {
        let owner = try references.client(element.only("owner"))
        guard owner.subsystemCode == nil else { throw .malformedParameters("the owner of a security server is \(owner)") }
        let address = try element.optionalValue("address")?.collapsed
        self.init(
            identifier: SecurityServerIdentifier(owner: owner.member, serverCode: try element.code("serverCode")),
            address: address?.isEmpty == true ? nil : address,
            authenticationCertificateHashes: try element.children("authCertHash", nil).map {
                (hash) throws(ConfigurationFailure) in
                try hash.decoded()
            },
            clients: try element.children("client", nil).map { (client) throws(ConfigurationFailure) in
                try references.client(client)
            },
            maintenance: try element.optional("inMaintenanceMode").map { (mode) throws(ConfigurationFailure) in
                Maintenance(message: try mode.optionalValue("message"))
            })
    }
}

extension PublishedSource {
    fileprivate init(reading element: XMLElement) throws(ConfigurationFailure) {
        self.init(
            address: try element.value("address").collapsed,
            internalVerificationCertificates: try element.certificates("internalVerificationCert"),
            externalVerificationCertificates: try element.certificates("externalVerificationCert"))
    }
}

extension ApprovedCA {
    fileprivate init(reading element: XMLElement) throws(ConfigurationFailure) {
        self.init(
            name: try element.value("name"), authenticationOnly: try element.boolean("authenticationOnly"),
            top: try Authority(reading: element.only("topCA")),
            intermediates: try element.children("intermediateCA", nil).map(Authority.init(reading:)),
            certificateProfile: try element.value("certificateProfileInfo").collapsed)
    }
}

extension ApprovedCA.Authority {
    fileprivate init(reading element: XMLElement) throws(ConfigurationFailure) {
        self.init(
            certificate: try element.only("cert").certificate(),
            responders: try element.children("ocsp", nil).map { (ocsp) throws(ConfigurationFailure) in
                ApprovedCA.Responder(url: try ocsp.value("url").collapsed, certificate: try ocsp.optional("cert")?.certificate())
            })
    }
}

extension ApprovedTSA {
    fileprivate init(reading element: XMLElement) throws(ConfigurationFailure) {
        self.init(
            name: try element.value("name"), url: try element.value("url").collapsed,
            certificate: try element.only("cert").certificate())
    }
}

extension GlobalGroup {
    /// An identifier that contradicts itself gives nobody membership; it does not spoil the file (as in X-Road).
    fileprivate init(reading element: XMLElement) throws(ConfigurationFailure) {
        self.init(
            code: try element.code("groupCode"), description: try element.value("description"),
            members: element.children("groupMember", nil).compactMap { try? $0.clientIdentifier() })
    }
}

extension MemberClass {
    fileprivate init(reading element: XMLElement) throws(ConfigurationFailure) {
        self.init(code: try element.code("code"), description: try element.value("description"))
    }
}

extension XMLElement {
    /// `xs:boolean`; absent is false.
    fileprivate func boolean(_ name: String) throws(ConfigurationFailure) -> Bool {
        guard let text = try optionalValue(name)?.collapsed else { return false }
        switch text {
        case "true", "1": return true
        case "false", "0": return false
        default: throw .malformedParameters("\(name) is neither true nor false: \(text)")
        }
    }
}
