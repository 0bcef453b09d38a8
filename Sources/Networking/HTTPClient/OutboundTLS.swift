import CSecurity
import PKI

/// How an `https` server is proved. Make one value per trust set, not per request: it holds the certificates as libcurl wants them.
package struct OutboundTLS: Sendable {
    /// PEM; nil proves nobody: the connection is encrypted to whoever answers.
    let trusted: [UInt8]?
    let checksHostName: Bool

    private init(trusted: [Certificate]?, checksHostName: Bool) {
        self.trusted = trusted.map { $0.flatMap { Array(PEM.encode($0.der, label: "CERTIFICATE").utf8) } }
        self.checksHostName = checksHostName
    }

    /// A chain to one of these, and the URL's host name. None trusts nobody.
    package static func authorities(_ certificates: [Certificate]) -> OutboundTLS {
        OutboundTLS(trusted: certificates, checksHostName: true)
    }

    /// One of these certificates, or issued by one; the name is not looked at. For servers whose own certificate was registered,
    /// as information systems' are.
    package static func registered(_ certificates: [Certificate]) -> OutboundTLS {
        OutboundTLS(trusted: certificates, checksHostName: false)
    }

    package static let unverified = OutboundTLS(trusted: nil, checksHostName: false)
}

/// The client certificate, the leaf first, and its key. One for all requests of a client, so that a connection opened with it is
/// never used by a request without it.
package struct OutboundIdentity: Sendable {
    package let chain: [Certificate]
    package let key: PrivateKey

    package init(chain: [Certificate], key: PrivateKey) {
        self.chain = chain
        self.key = key
    }

    /// Whether libcurl's OpenSSL context took it.
    func install(in context: UnsafeMutableRawPointer?) -> Bool {
        let handles: [OpaquePointer?] = chain.map(\.handle)
        return withExtendedLifetime(self) {
            ura_context_use_identity(context, key.handle, handles, handles.count) == URA_OK
        }
    }
}
