/// Who and what takes part in an exchange (PR-MESS 1.3, 2.1). Codes are kept exactly as received and compared by code unit: texts
/// that merely look the same, which `String` holds for equal, are different members.

/// An institution: `INSTANCE/CLASS/CODE`.
package struct MemberIdentifier: Hashable, Sendable {
    package let instance: String
    package let memberClass: String
    package let memberCode: String

    package init(instance: String, memberClass: String, memberCode: String) {
        self.instance = instance
        self.memberClass = memberClass
        self.memberCode = memberCode
    }
}

/// A consumer or provider: a member, or one of its subsystems.
package struct ClientIdentifier: Hashable, Sendable {
    package let member: MemberIdentifier
    package let subsystemCode: String?

    package init(member: MemberIdentifier, subsystemCode: String? = nil) {
        self.member = member
        self.subsystemCode = subsystemCode
    }
}

/// A service of a provider. REST services have no version.
package struct ServiceIdentifier: Hashable, Sendable {
    package let provider: ClientIdentifier
    package let serviceCode: String
    package let serviceVersion: String?

    package init(provider: ClientIdentifier, serviceCode: String, serviceVersion: String? = nil) {
        self.provider = provider
        self.serviceCode = serviceCode
        self.serviceVersion = serviceVersion
    }
}

/// A security server: its owner and a code that is unique for that owner.
package struct SecurityServerIdentifier: Hashable, Sendable {
    package let owner: MemberIdentifier
    package let serverCode: String

    package init(owner: MemberIdentifier, serverCode: String) {
        self.owner = owner
        self.serverCode = serverCode
    }
}

extension MemberIdentifier: CustomStringConvertible {
    package var codes: [String] { [instance, memberClass, memberCode] }
    package var description: String { codes.joined(separator: "/") }
}

extension ClientIdentifier: CustomStringConvertible {
    package var codes: [String] { member.codes + (subsystemCode.map { [$0] } ?? []) }
    package var description: String { codes.joined(separator: "/") }

    /// From three or four codes; nil for any other number or an empty code.
    package init?(codes: [String]) {
        guard (3...4).contains(codes.count), codes.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(
            member: MemberIdentifier(instance: codes[0], memberClass: codes[1], memberCode: codes[2]),
            subsystemCode: codes.count == 4 ? codes[3] : nil)
    }
}

extension ServiceIdentifier: CustomStringConvertible {
    package var codes: [String] { provider.codes + [serviceCode] + (serviceVersion.map { [$0] } ?? []) }
    package var description: String { codes.joined(separator: "/") }
}

extension SecurityServerIdentifier: CustomStringConvertible {
    package var codes: [String] { owner.codes + [serverCode] }
    package var description: String { codes.joined(separator: "/") }

    /// From exactly four non-empty codes.
    package init?(codes: [String]) {
        guard codes.count == 4, codes.allSatisfy({ !$0.isEmpty }) else { return nil }
        self.init(
            owner: MemberIdentifier(instance: codes[0], memberClass: codes[1], memberCode: codes[2]), serverCode: codes[3])
    }
}

// MARK: Comparison

extension MemberIdentifier {
    package static func == (left: MemberIdentifier, right: MemberIdentifier) -> Bool {
        same(left.memberCode, right.memberCode) && same(left.memberClass, right.memberClass)
            && same(left.instance, right.instance)
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(code: memberCode) }
}

extension ClientIdentifier {
    package static func == (left: ClientIdentifier, right: ClientIdentifier) -> Bool {
        same(left.subsystemCode, right.subsystemCode) && left.member == right.member
    }
    package func hash(into hasher: inout Hasher) {
        member.hash(into: &hasher)
        hasher.combine(code: subsystemCode ?? "")
    }
}

extension ServiceIdentifier {
    package static func == (left: ServiceIdentifier, right: ServiceIdentifier) -> Bool {
        same(left.serviceCode, right.serviceCode) && same(left.serviceVersion, right.serviceVersion)
            && left.provider == right.provider
    }
    package func hash(into hasher: inout Hasher) {
        provider.hash(into: &hasher)
        hasher.combine(code: serviceCode)
    }
}

extension SecurityServerIdentifier {
    package static func == (left: SecurityServerIdentifier, right: SecurityServerIdentifier) -> Bool {
        same(left.serverCode, right.serverCode) && left.owner == right.owner
    }
    package func hash(into hasher: inout Hasher) {
        owner.hash(into: &hasher)
        hasher.combine(code: serverCode)
    }
}

private func same(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }

private func same(_ left: String?, _ right: String?) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): same(left, right)
    default: false
    }
}

extension Hasher {
    fileprivate mutating func combine(code: String) {
        var code = code
        code.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
        combine(UInt8.max)
    }
}
