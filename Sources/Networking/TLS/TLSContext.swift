import CSecurity
import PKI

/// Identity and settings that all connections of one listener or client have in common, and the sessions that they can resume.
/// A new key, certificate or trust configuration takes a new context: sessions of the old one cannot be resumed with it.
///
/// Sendable: OpenSSL's context is configured in `init` and only used to make connections afterwards; its session cache has a
/// lock of its own.
package final class TLSContext: @unchecked Sendable {
    package enum Role: Sendable { case server, client }

    package let role: Role
    let pointer: OpaquePointer
    /// Of a client, by peer.
    let sessions: TLSSessionStore

    package convenience init(server identity: TLSIdentity, settings: TLSSettings) throws(NetworkingFailure) {
        try self.init(role: .server, identity: identity, settings: settings)
    }

    /// `identity` is what the client presents where a server asks for it.
    package convenience init(client identity: TLSIdentity?, settings: TLSSettings) throws(NetworkingFailure) {
        try self.init(role: .client, identity: identity, settings: settings)
    }

    private init(role: Role, identity: TLSIdentity?, settings: TLSSettings) throws(NetworkingFailure) {
        self.role = role
        sessions = TLSSessionStore(capacity: settings.sessionSeconds > 0 ? settings.maximumSessions : 0)
        pointer = try settings.makeContext(isServer: role == .server)
        guard let identity else { return }
        guard let leaf = identity.certificateChain.first else {
            throw .unusableTLSConfiguration(reason: "the identity has no certificate")
        }
        let status = ura_tls_context_set_identity(pointer, identity.privateKey.handle, leaf, leaf.count)
        try Self.require(status, "the private key does not belong to the certificate")
        for certificate in identity.certificateChain.dropFirst() {
            let status = ura_tls_context_add_certificate(pointer, certificate, certificate.count)
            try Self.require(status, "a certificate of the chain was not accepted")
        }
    }

    deinit { ura_tls_context_release(pointer) }

    private static func require(_ status: ura_status, _ reason: String) throws(NetworkingFailure) {
        guard status != URA_OK else { return }
        let reason = status == URA_MALFORMED ? "malformed certificate" : reason
        throw .unusableTLSConfiguration(reason: "\(reason) (\(openSSLReason()))")
    }
}

extension TLSSettings {
    fileprivate func makeContext(isServer: Bool) throws(NetworkingFailure) -> OpaquePointer {
        var context: OpaquePointer?
        let status = suites.joined(separator: ":").withCString { suites in
            modernSuites.joined(separator: ":").withCString { modernSuites in
                groups.joined(separator: ":").withCString { groups in
                    signatureAlgorithms.joined(separator: ":").withCString { algorithms in
                        var settings = ura_tls_settings(
                            is_server: isServer ? 1 : 0, suites_12: suites, suites_13: modernSuites, groups: groups,
                            signature_algorithms: algorithms, client_certificate: clientCertificate.shimValue,
                            session_seconds: sessionSeconds, session_count: maximumSessions)
                        return ura_tls_context_new(&settings, &context)
                    }
                }
            }
        }
        guard status == URA_OK, let context else { throw .unusableTLSConfiguration(reason: openSSLReason()) }
        return context
    }
}

extension TLSSettings.ClientCertificate {
    fileprivate var shimValue: ura_tls_client_certificate {
        switch self {
        case .notAsked: URA_TLS_CERTIFICATE_NOT_ASKED
        case .optional: URA_TLS_CERTIFICATE_OPTIONAL
        case .required: URA_TLS_CERTIFICATE_REQUIRED
        }
    }
}

/// OpenSSL's words for the last failure on this thread.
private func openSSLReason() -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
        ura_last_error(text.baseAddress, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
