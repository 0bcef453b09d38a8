import PKI
import XRoadModel

/// How the configuration names an authentication certificate.
struct CertificateHash: Hashable, Sendable {
    let algorithm: DigestAlgorithm
    let hash: [UInt8]

    init(_ algorithm: DigestAlgorithm, _ hash: [UInt8]) {
        self.algorithm = algorithm
        self.hash = hash
    }
}

struct ClientNames: Sendable {
    let member: String
    let subsystem: String?
}

/// The tables behind a snapshot's lookups while they are built.
struct ServerIndex {
    private(set) var servers: [SecurityServerIdentifier: SecurityServer] = [:]
    private(set) var serversByClient: [ClientIdentifier: [SecurityServer]] = [:]
    private(set) var clientsByServer: [SecurityServerIdentifier: Set<ClientIdentifier>] = [:]
    private(set) var serversByCertificate: [CertificateHash: SecurityServer] = [:]
    private(set) var names: [ClientIdentifier: ClientNames] = [:]

    mutating func add(_ parameters: SharedParameters) {
        let algorithm: DigestAlgorithm = parameters.version > 2 ? .sha256 : .sha1
        for member in parameters.members { add(member) }
        for server in parameters.securityServers {
            servers[server.identifier] = server
            var clients: Set<ClientIdentifier> = []
            for client in [ClientIdentifier(member: server.identifier.owner)] + server.clients
            where clients.insert(client).inserted {
                serversByClient[client, default: []].append(server)
            }
            clientsByServer[server.identifier] = clients
            for hash in server.authenticationCertificateHashes { serversByCertificate[CertificateHash(algorithm, hash)] = server }
        }
    }

    private mutating func add(_ member: Member) {
        names[ClientIdentifier(member: member.identifier)] = ClientNames(member: member.name, subsystem: nil)
        for subsystem in member.subsystems {
            let client = ClientIdentifier(member: member.identifier, subsystemCode: subsystem.code)
            names[client] = ClientNames(member: member.name, subsystem: subsystem.name)
        }
    }
}
