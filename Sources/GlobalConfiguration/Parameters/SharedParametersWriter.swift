import XRoadModel

extension SharedParameters {
    /// The XML file in version 5. Every client and owner of a security server must be among `members`.
    package func encoded() throws(ConfigurationFailure) -> [UInt8] {
        let references = XMLIdentifiers(members)
        for server in securityServers {
            for client in server.clients + [ClientIdentifier(member: server.identifier.owner)] where references[client] == nil {
                throw .unknownMember(client)
            }
        }
        return ParameterWriter.document(root: "conf") { writer in
            writer.value("instanceIdentifier", instance)
            for source in sources { source.write(to: &writer) }
            for authority in approvedCAs { authority.write(to: &writer) }
            for authority in approvedTSAs { authority.write(to: &writer) }
            for member in members { member.write(to: &writer, references, memberClasses) }
            for server in securityServers { server.write(to: &writer, references) }
            for group in globalGroups { group.write(to: &writer) }
            writer.element("globalSettings") { writer in
                for memberClass in memberClasses { memberClass.write(to: &writer) }
                writer.value("ocspFreshnessSeconds", String(ocspFreshnessSeconds))
            }
        }
    }
}

/// `id0`, `id1` … for members and subsystems in their order.
private struct XMLIdentifiers {
    private var identifiers: [ClientIdentifier: String] = [:]

    init(_ members: [Member]) {
        for member in members {
            add(ClientIdentifier(member: member.identifier))
            for subsystem in member.subsystems {
                add(ClientIdentifier(member: member.identifier, subsystemCode: subsystem.code))
            }
        }
    }

    private mutating func add(_ client: ClientIdentifier) { identifiers[client] = "id\(identifiers.count)" }

    subscript(client: ClientIdentifier) -> String? { identifiers[client] }

    func attribute(_ client: ClientIdentifier) -> [String: String] { self[client].map { ["id": $0] } ?? [:] }
}

extension PublishedSource {
    fileprivate func write(to writer: inout ParameterWriter) {
        writer.element("source") { writer in
            writer.value("address", address)
            for certificate in internalVerificationCertificates { writer.bytes("internalVerificationCert", certificate) }
            for certificate in externalVerificationCertificates { writer.bytes("externalVerificationCert", certificate) }
        }
    }
}

extension ApprovedCA {
    fileprivate func write(to writer: inout ParameterWriter) {
        writer.element("approvedCA") { writer in
            writer.value("name", name)
            writer.value("authenticationOnly", String(authenticationOnly))
            writer.element("topCA") { top.write(to: &$0) }
            for intermediate in intermediates { writer.element("intermediateCA") { intermediate.write(to: &$0) } }
            writer.value("certificateProfileInfo", certificateProfile)
        }
    }
}

extension ApprovedCA.Authority {
    fileprivate func write(to writer: inout ParameterWriter) {
        writer.bytes("cert", certificate)
        for responder in responders {
            writer.element("ocsp") { writer in
                writer.value("url", responder.url)
                if let certificate = responder.certificate { writer.bytes("cert", certificate) }
            }
        }
    }
}

extension ApprovedTSA {
    fileprivate func write(to writer: inout ParameterWriter) {
        writer.element("approvedTSA") { writer in
            writer.value("name", name)
            writer.value("url", url)
            writer.bytes("cert", certificate)
        }
    }
}

extension Member {
    fileprivate func write(to writer: inout ParameterWriter, _ references: XMLIdentifiers, _ memberClasses: [MemberClass]) {
        writer.element("member", references.attribute(ClientIdentifier(member: identifier))) { writer in
            let memberClass = memberClasses.first { $0.code == identifier.memberClass }
            (memberClass ?? MemberClass(code: identifier.memberClass, description: identifier.memberClass)).write(to: &writer)
            writer.value("memberCode", identifier.memberCode)
            writer.value("name", name)
            for subsystem in subsystems {
                let client = ClientIdentifier(member: identifier, subsystemCode: subsystem.code)
                writer.element("subsystem", references.attribute(client)) { writer in
                    writer.value("subsystemCode", subsystem.code)
                    writer.optional("subsystemName", subsystem.name)
                }
            }
        }
    }
}

extension SecurityServer {
    fileprivate func write(to writer: inout ParameterWriter, _ references: XMLIdentifiers) {
        writer.element("securityServer") { writer in
            writer.optional("owner", references[ClientIdentifier(member: identifier.owner)])
            writer.value("serverCode", identifier.serverCode)
            writer.optional("address", address)
            for hash in authenticationCertificateHashes { writer.bytes("authCertHash", hash) }
            for client in clients { writer.optional("client", references[client]) }
            if let maintenance {
                writer.element("inMaintenanceMode") { $0.optional("message", maintenance.message) }
            }
        }
    }
}

extension GlobalGroup {
    fileprivate func write(to writer: inout ParameterWriter) {
        writer.element("globalGroup") { writer in
            writer.value("groupCode", code)
            writer.value("description", description)
            for member in members { writer.identifier("groupMember", member) }
        }
    }
}

extension MemberClass {
    fileprivate func write(to writer: inout ParameterWriter) {
        writer.element("memberClass") { writer in
            writer.value("code", code)
            writer.value("description", description)
        }
    }
}
