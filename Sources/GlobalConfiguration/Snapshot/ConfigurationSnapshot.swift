import PKI
import XRoadModel

/// One configuration, indexed for lookups that cost the same whatever the number of members. It never changes; a refreshed
/// configuration is another snapshot.
package final class ConfigurationSnapshot: Sendable {
    package let bundle: ConfigurationBundle
    /// Of the own instance; nil in configurations that were taken from another server's folder without them.
    package let privateParameters: PrivateParameters?
    /// Shared parameters by instance: the own one and the federated ones.
    let instances: [String: InstanceConfiguration]
    let own: InstanceConfiguration

    private let index: ServerIndex

    /// Reads every part; one that is malformed or describes another instance than it says makes the whole unusable. Federated
    /// instances whose parts have expired at `instant` are left out.
    package init(_ bundle: ConfigurationBundle, at instant: Instant) throws(ConfigurationFailure) {
        self.bundle = bundle
        var instances: [String: InstanceConfiguration] = [:]
        for part in bundle.sharedParts(at: instant) { instances[part.instance] = try InstanceConfiguration(part) }
        guard let own = instances[bundle.instance] else {
            throw .missingPart("shared parameters of instance \(bundle.instance)")
        }
        self.own = own
        self.instances = instances
        privateParameters = try bundle.part(.privateParameters, of: bundle.instance).map(Self.privateParameters)

        // The own instance comes last, so that no other one can take over a certificate of its servers.
        let others = instances.values.filter { $0.parameters.instance != bundle.instance }
        var index = ServerIndex()
        for instance in others + [own] { index.add(instance.parameters) }
        self.index = index
    }

    private init(_ bundle: ConfigurationBundle, contentOf other: ConfigurationSnapshot) {
        self.bundle = bundle
        privateParameters = other.privateParameters
        instances = other.instances
        own = other.own
        index = other.index
    }

    /// A snapshot of `bundle`. Where that is the same content with another end of validity, nothing is read or indexed again.
    package func renewed(by bundle: ConfigurationBundle, at instant: Instant) throws(ConfigurationFailure)
        -> ConfigurationSnapshot
    {
        guard bundle.hash == hash, bundle.sharedParts(at: instant).map(\.instance).allSatisfy(instances.keys.contains),
            bundle.sharedParts(at: instant).count == instances.count
        else { return try ConfigurationSnapshot(bundle, at: instant) }
        return ConfigurationSnapshot(bundle, contentOf: self)
    }

    private static func privateParameters(_ part: ConfigurationPart) throws(ConfigurationFailure) -> PrivateParameters {
        let parameters = try PrivateParameters(reading: part.bytes)
        guard parameters.instance == part.instance else {
            throw .wrongInstance(expected: part.instance, found: parameters.instance)
        }
        return parameters
    }
}

/// The configuration itself
extension ConfigurationSnapshot {
    package var instance: String { bundle.instance }
    package var hash: ConfigurationHash { bundle.hash }
    package var expires: Instant { bundle.expires }

    /// Refuses a configuration whose time has passed (PR-GCONF 2.4).
    package func requireValid(at instant: Instant) throws(ConfigurationFailure) {
        guard instant <= expires else { throw .expired(expires) }
    }

    /// Greatest age of an OCSP response, in seconds: the own instance's rule holds for all.
    package var ocspFreshnessSeconds: Int64 { own.parameters.ocspFreshnessSeconds }

    package var instanceIdentifiers: Set<String> { Set(instances.keys) }

    /// What a member of `instance` needs certificates from.
    package func authorities(of instance: String) throws(ConfigurationFailure) -> ApprovedAuthorities {
        guard let found = instances[instance] else { throw .unknownInstance(instance) }
        return found.authorities
    }

    package func sharedParameters(of instance: String) throws(ConfigurationFailure) -> SharedParameters {
        guard let found = instances[instance] else { throw .unknownInstance(instance) }
        return found.parameters
    }
}

/// Security servers
extension ConfigurationSnapshot {
    package func server(_ identifier: SecurityServerIdentifier) -> SecurityServer? { index.servers[identifier] }

    /// The servers at which `client` is registered, in the configuration's order; a member is client of its own servers.
    package func servers(for client: ClientIdentifier) -> [SecurityServer] { index.serversByClient[client] ?? [] }

    package func address(of server: SecurityServerIdentifier) -> String? { index.servers[server]?.address }

    package func isRegistered(_ client: ClientIdentifier, at server: SecurityServerIdentifier) -> Bool {
        index.clientsByServer[server]?.contains(client) ?? false
    }

    /// The server that this TLS certificate belongs to; where several list it, the last one, as in X-Road.
    package func server(withAuthenticationCertificate certificate: Certificate) -> SecurityServer? {
        index.serversByCertificate[CertificateHash(.sha256, certificate.digest(.sha256))]
            ?? index.serversByCertificate[CertificateHash(.sha1, certificate.digest(.sha1))]
    }
}

/// Members and groups
extension ConfigurationSnapshot {
    /// The member or subsystem exists.
    package func contains(_ client: ClientIdentifier) -> Bool { index.names[client] != nil }

    package func memberName(of client: ClientIdentifier) -> String? { index.names[client]?.member }

    package func subsystemName(of client: ClientIdentifier) -> String? { index.names[client]?.subsystem }

    /// The member that a signing certificate belongs to: the configuration's rule for the certificate's issuer reads it from the
    /// subject. It must be a registered member of `instance`, to which the authority is approved.
    package func member(
        named chain: VerifiedChain, in instance: String
    ) throws(ConfigurationFailure) -> MemberIdentifier {
        guard let profile = try authorities(of: instance).certificateProfile(of: chain.issuer) else {
            throw .unapprovedIssuer(chain.issuer.subject.rfc2253)
        }
        let member: MemberIdentifier
        do {
            member = try MemberNaming(profile: profile).member(of: chain.leaf.subject, instance: instance)
        } catch {
            throw .memberNotNamed("\(error)")
        }
        let client = ClientIdentifier(member: member)
        guard member.instance == instance, contains(client) else { throw .unknownMember(client) }
        return member
    }

    package func isMember(_ client: ClientIdentifier, ofGroup code: String, in instance: String) -> Bool {
        instances[instance]?.groups[code]?.contains(client) ?? false
    }
}

extension ConfigurationBundle {
    /// The own instance's part always, those of federated instances until they expire.
    fileprivate func sharedParts(at instant: Instant) -> [ConfigurationPart] {
        parts.filter { $0.content == .sharedParameters && ($0.instance == instance || instant <= $0.expires) }
    }
}
