/// What a TLS context offers and asks for. OpenSSL's names; the machine's openssl.cnf changes none of it. The lowest version is
/// TLS 1.2 and the security level 2 (112 bits) in every case.
package struct TLSSettings: Sendable {
    package enum ClientCertificate: Sendable {
        case notAsked
        /// Asked for; a client without one is let in and must be judged by its connection type.
        case optional
        /// A client without one is refused in the handshake.
        case required
    }

    /// Suites of TLS 1.2, most wanted first.
    package var suites: [String]
    /// Suites of TLS 1.3, most wanted first.
    package var modernSuites = ["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"]
    package var groups = ["X25519", "P-256", "P-384", "P-521"]
    package var signatureAlgorithms = [
        "ECDSA+SHA256", "ECDSA+SHA384", "ECDSA+SHA512", "RSA-PSS+SHA256", "RSA-PSS+SHA384", "RSA-PSS+SHA512", "RSA+SHA256",
        "RSA+SHA384", "RSA+SHA512",
    ]
    /// Of a server; a server always proves itself to a client.
    package var clientCertificate: ClientCertificate
    /// How long a session can be resumed; 0 switches resumption off. Who the peer is gets decided on each connection all the same.
    package var sessionSeconds = 3600
    /// How many sessions a server keeps, at some 2 to 4 kB each; a client keeps one for each of so many peers.
    package var maximumSessions = 4096

    private static let forwardSecretGCM = [
        "ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384", "ECDHE-ECDSA-AES128-GCM-SHA256",
        "ECDHE-RSA-AES128-GCM-SHA256",
    ]

    /// The suites of X-Road 7 between security servers (PR-MESSTRANSP 2): an unmodified server offers and takes nothing else.
    private static let legacyPeerSuites = [
        "ECDHE-ECDSA-AES256-SHA384", "ECDHE-RSA-AES256-SHA384", "DHE-RSA-AES256-SHA256",
    ]

    /// Port 5500, both roles: each side must present a certificate.
    package static func peers(legacySuites: Bool) -> TLSSettings {
        TLSSettings(suites: forwardSecretGCM + (legacySuites ? legacyPeerSuites : []), clientCertificate: .required)
    }

    /// Ports 8443 and 4000.
    package static func informationSystems(clientCertificate: ClientCertificate = .optional) -> TLSSettings {
        TLSSettings(suites: forwardSecretGCM, clientCertificate: clientCertificate)
    }
}
