import XRoadModel

/// Where a sign certificate's subject holds the member that it belongs to. The global configuration names the rule of each approved
/// authority by the class of an X-Road certificate profile.
package enum MemberNaming: String, Sendable, CaseIterable {
    /// C=FI, O=name, serialNumber=INSTANCE/server/CLASS, CN=code; two older forms without a serial number.
    case fiVRK = "ee.ria.xroad.common.certificateprofile.impl.FiVRKCertificateProfileInfoProvider"
    /// businessCategory=CLASS, serialNumber=code; the instance is the configuration's own.
    case basic = "ee.ria.xroad.common.certificateprofile.impl.BasicCertificateProfileInfoProvider"
    /// As `basic`.
    case basicACME = "ee.ria.xroad.common.certificateprofile.impl.BasicACMECertificateProfileInfoProvider"
    /// C=INSTANCE, O=CLASS, CN=code.
    case ejbca = "ee.ria.xroad.common.certificateprofile.impl.EjbcaCertificateProfileInfoProvider"

    /// From the shared parameters' `certificateProfileInfo`.
    package init(profile name: String) throws(PKIFailure) {
        guard let naming = Self(rawValue: name) else { throw .unknownCertificateProfile(name: name) }
        self = naming
    }

    /// The member that a sign certificate with this subject belongs to.
    package func member(of subject: DistinguishedName, instance: String) throws(PKIFailure) -> MemberIdentifier {
        switch self {
        case .fiVRK: return try Self.finnish(subject)
        case .basic, .basicACME:
            return MemberIdentifier(
                instance: instance, memberClass: try subject.only("businessCategory"),
                memberCode: try subject.only("serialNumber"))
        case .ejbca: return try Self.plain(subject)
        }
    }

    private static func plain(_ subject: DistinguishedName) throws(PKIFailure) -> MemberIdentifier {
        MemberIdentifier(
            instance: try subject.only("C"), memberClass: try subject.only("O"), memberCode: try subject.only("CN"))
    }

    private static func finnish(_ subject: DistinguishedName) throws(PKIFailure) -> MemberIdentifier {
        let hasSerialNumber = subject.value("serialNumber") != nil
        if !hasSerialNumber, subject.value("OU") == nil { return try plain(subject) }
        guard try subject.only("C") == "FI" else {
            throw .invalidName(reason: "country of \(subject.rfc2253) is not FI, as its certificate profile demands")
        }
        let organization = try subject.only("O")
        let memberCode = try subject.only("CN")
        guard hasSerialNumber else {
            return MemberIdentifier(instance: organization, memberClass: try subject.only("OU"), memberCode: memberCode)
        }
        let parts = try subject.only("serialNumber").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty }) else {
            throw .invalidName(reason: "serialNumber of \(subject.rfc2253) is not instance/server/class")
        }
        return MemberIdentifier(instance: parts[0], memberClass: parts[2], memberCode: memberCode)
    }
}

extension MemberNaming {
    /// The subject that a sign certificate of this member needs. `country` counts for the basic rules only.
    package func signingSubject(
        of member: MemberIdentifier, name: String, serverCode: String, country: String
    ) throws(PKIFailure) -> DistinguishedName {
        switch self {
        case .fiVRK:
            let number = [member.instance, serverCode, member.memberClass].joined(separator: "/")
            return try DistinguishedName([("C", "FI"), ("O", name), ("serialNumber", number), ("CN", member.memberCode)])
        case .basic, .basicACME:
            return try DistinguishedName([
                ("C", country), ("O", name), ("businessCategory", member.memberClass), ("serialNumber", member.memberCode),
                ("CN", name),
            ])
        case .ejbca:
            return try DistinguishedName([("C", member.instance), ("O", member.memberClass), ("CN", member.memberCode)])
        }
    }

    /// The subject that an authentication certificate of this server needs. Peers find the server by the certificate's hash in the
    /// configuration, not by its name.
    package func authenticationSubject(
        of server: SecurityServerIdentifier, name: String, address: String, country: String
    ) throws(PKIFailure) -> DistinguishedName {
        switch self {
        case .fiVRK:
            let number = [server.owner.instance, server.serverCode, server.owner.memberClass].joined(separator: "/")
            return try DistinguishedName([("C", "FI"), ("O", name), ("serialNumber", number), ("CN", address)])
        case .basic, .basicACME:
            return try DistinguishedName([
                ("C", country), ("O", name), ("serialNumber", server.owner.memberCode), ("CN", address),
            ])
        case .ejbca:
            return try DistinguishedName([("C", server.owner.instance), ("CN", server.serverCode)])
        }
    }
}

extension DistinguishedName {
    /// The value where the name has exactly one of this type and it is not empty.
    fileprivate func only(_ type: String) throws(PKIFailure) -> String {
        let found = values(type)
        guard let value = found.first, found.count == 1, !value.isEmpty else {
            throw .invalidName(reason: "\(rfc2253) has \(found.count) values of \(type)")
        }
        return value
    }
}
