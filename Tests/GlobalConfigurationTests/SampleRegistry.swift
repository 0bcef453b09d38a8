import CentralServer
import Foundation
import GlobalConfiguration
import PKI
import Testing
import XRoadModel

/// A small instance: two institutions with a security server each, one authority for signatures and TLS, one for TLS only.
struct SampleRegistry: Sendable {
    /// Made once: its keys and certificates cost ten runs of a tool.
    static let shared = Result { try SampleRegistry() }

    let authority: ToolIdentity
    let authenticationAuthority: ToolIdentity
    let responder: ToolIdentity
    let consumerServer: ToolIdentity
    let providerServer: ToolIdentity

    private init() throws {
        authority = try ToolIdentity("/O=Test/CN=Authority", extensions: ToolIdentity.authorityExtensions)
        authenticationAuthority = try ToolIdentity("/O=Test/CN=TLS Authority", extensions: ToolIdentity.authorityExtensions)
        responder = try ToolIdentity("/CN=OCSP", by: authority, extensions: ["extendedKeyUsage=OCSPSigning"])
        consumerServer = try ToolIdentity("/CN=ss1", by: authority, extensions: ToolIdentity.authenticationExtensions)
        providerServer = try ToolIdentity(
            "/CN=ss2", by: authenticationAuthority, extensions: ToolIdentity.authenticationExtensions)
    }

    static let text = """
        {
          "instance": "AL-TEST", "address": "cs.example",
          "memberClasses": [{"code": "GOV", "description": "Government & ministries"}, {"code": "COM", "description": "Companies"}],
          "members": [
            {"class": "GOV", "code": "1", "name": "Ministria <një>", "subsystems": [{"code": "MMIS", "name": "Statistika"}]},
            {"class": "GOV", "code": "2", "name": "Register", "subsystems": [{"code": "POPULATION"}]}
          ],
          "securityServers": [
            {"owner": "GOV/1", "code": "SS1", "address": "127.0.1.1", "authenticationCertificates": ["ss1.pem"],
             "clients": ["GOV/1/MMIS"]},
            {"owner": "GOV/2", "code": "SS2", "address": "127.0.1.2", "authenticationCertificates": ["ss2.pem"],
             "clients": ["GOV/2/POPULATION", "GOV/1/MMIS"], "maintenance": "back at noon"}
          ],
          "certificationServices": [
            {"name": "Authority", "certificate": "authority.pem", "profile": "\(profile)",
             "responders": [{"url": "http://ocsp.example", "certificate": "responder.pem"}, {"url": "http://ocsp2.example"}]},
            {"name": "TLS Authority", "authenticationOnly": true, "certificate": "tls-authority.pem", "profile": "\(profile)"}
          ],
          "timeStampingServices": [{"name": "TSA", "url": "http://tsa.example", "certificate": "responder.pem"}],
          "globalGroups": [{"code": "registers", "description": "Registers", "members": ["GOV/2", "GOV/2/POPULATION"]}],
          "managementService": {"address": "https://cs.example:4001/managementservice/", "provider": "GOV/1/MMIS"},
          "settings": {"ocspFreshnessSeconds": 1800}
        }
        """
    static let profile = "ee.ria.xroad.common.certificateprofile.impl.FiVRKCertificateProfileInfoProvider"

    private struct NoSuchFile: Error { let name: String }

    private func file(_ name: String) throws -> [UInt8] {
        let files = [
            "ss1.pem": consumerServer, "ss2.pem": providerServer, "authority.pem": authority,
            "tls-authority.pem": authenticationAuthority, "responder.pem": responder,
        ]
        guard let identity = files[name] else { throw NoSuchFile(name: name) }
        return Array(identity.certificate.pem.utf8)
    }

    /// `edits` are applied to the text of the registry.
    func registry(_ edits: [(String, String)] = []) throws -> Registry {
        let edited = edits.reduce(Self.text) { $0.replacing($1.0, with: $1.1) }
        let document = try JSONDecoder().decode(RegistryDocument.self, from: Data(edited.utf8))
        return try Registry(document, reading: file)
    }
}

func client(_ text: String) -> ClientIdentifier {
    let codes = text.split(separator: "/").map(String.init)
    return ClientIdentifier(
        member: MemberIdentifier(instance: codes[0], memberClass: codes[1], memberCode: codes[2]),
        subsystemCode: codes.count > 3 ? codes[3] : nil)
}

func server(_ text: String) -> SecurityServerIdentifier {
    let codes = text.split(separator: "/").map(String.init)
    return SecurityServerIdentifier(
        owner: MemberIdentifier(instance: codes[0], memberClass: codes[1], memberCode: codes[2]), serverCode: codes[3])
}
