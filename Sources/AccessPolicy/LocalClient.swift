import XRoadModel

/// How an information system must connect to speak for a client (UG-SS 9.1 "connection types").
package enum ConnectionType: String, Sendable, CaseIterable {
    case http = "http"
    case https = "https"
    case httpsWithClientCertificate = "https-client-certificate"
}

/// How an information system did connect.
package enum ObservedConnection: Sendable, Equatable {
    case plain
    /// `clientCertificate` is the SHA-256 of the DER of the certificate that the caller proved possession of, if any.
    case tls(clientCertificate: [UInt8]?)
}

/// A member or subsystem that this security server speaks for.
package struct LocalClient: Sendable, Equatable {
    package let identifier: ClientIdentifier
    package let connection: ConnectionType
    /// SHA-256 of the DER of each certificate that the client's information systems may present.
    package let certificates: Set<[UInt8]>

    package init(identifier: ClientIdentifier, connection: ConnectionType, certificates: Set<[UInt8]> = []) {
        self.identifier = identifier
        self.connection = connection
        self.certificates = certificates
    }
}

package enum ClientRefusal: Sendable, Equatable {
    /// The identifier in the request is not a client of this security server.
    case notAClientHere
    case plainConnectionNotAllowed(required: ConnectionType)
    case clientCertificateMissing
    case clientCertificateNotRegistered
}

package struct ClientDenied: Error, Sendable, Equatable {
    package let reason: ClientRefusal
}

/// The clients of one security server.
package struct LocalClients: Sendable, Equatable {
    private let clients: [ClientIdentifier: LocalClient]

    package init(_ clients: [LocalClient]) {
        self.clients = Dictionary(clients.map { ($0.identifier, $0) }, uniquingKeysWith: { $1 })
    }

    package func contains(_ identifier: ClientIdentifier) -> Bool { clients[identifier] != nil }

    /// Returns only when the caller behind `connection` may speak for `identifier`.
    package func admit(_ identifier: ClientIdentifier, over connection: ObservedConnection) throws(ClientDenied) {
        guard let client = clients[identifier] else { throw ClientDenied(reason: .notAClientHere) }
        switch (client.connection, connection) {
        case (.http, _), (.https, .tls):
            return
        case (.https, .plain), (.httpsWithClientCertificate, .plain):
            throw ClientDenied(reason: .plainConnectionNotAllowed(required: client.connection))
        case (.httpsWithClientCertificate, .tls(nil)):
            throw ClientDenied(reason: .clientCertificateMissing)
        case (.httpsWithClientCertificate, .tls(let certificate?)):
            guard client.certificates.contains(certificate) else {
                throw ClientDenied(reason: .clientCertificateNotRegistered)
            }
        }
    }
}
