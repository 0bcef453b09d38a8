import Foundation
import PKI
import TestSupport
import Testing
import XRoadModel

/// The profiles in `certs/` as an authority would use them: requests of ours, signed by the `openssl` tool.
@Suite struct ExternalAuthorityTests {
    private static let profiles = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("certs/profiles.cnf").path

    private let tool: OpenSSLAuthority

    init() throws {
        tool = try OpenSSLAuthority()
        try tool.openssl([
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", tool.file("authority.key").path, "-out",
            tool.file("authority.pem").path, "-sha256", "-days", "3650", "-config", Self.profiles, "-extensions", "authority",
            "-subj",
            "/C=AL/O=National authority/CN=Root",
        ])
    }

    private func certificate(_ name: String) throws -> Certificate {
        try #require(try Certificate.all(pem: String(contentsOf: tool.file(name), encoding: .utf8)).first)
    }

    private func request(_ subject: DistinguishedName) throws -> URL {
        try tool.write("member.csr", Array(CertificateRequest.create(key: .generate(.p256), subject: subject).pem.utf8))
    }

    @Test(arguments: ["x509", "ca"], CertificateUse.allCases)
    func memberAndServer(command: String, use: CertificateUse) throws {
        let member = MemberIdentifier(instance: "UR", memberClass: "GOV", memberCode: "17")
        let subject = try MemberNaming.basic.signingSubject(of: member, name: "Ministria", serverCode: "ss1", country: "AL")
        let request = try request(subject)
        let output = tool.file("member.pem").path
        if command == "x509" {
            try tool.openssl([
                "x509", "-req", "-in", request.path, "-CA", tool.file("authority.pem").path, "-CAkey",
                tool.file("authority.key").path,
                "-sha256", "-days", "730", "-extfile", Self.profiles, "-extensions", use.rawValue, "-out", output,
            ])
        } else {
            try FileManager.default.createDirectory(at: tool.file("issued"), withIntermediateDirectories: true)
            _ = try tool.write("index.txt", [])
            let command = "cd \"$1\" && openssl ca -batch -config \"$2\" -extensions \"$3\" -in member.csr -out member.pem"
            let result = try runTool("sh", ["-c", command, "sh", tool.file("").path, Self.profiles, use.rawValue])
            try #require(result.status == 0, "\(result.errors)")
        }
        let leaf = try certificate("member.pem")
        let authority = try certificate("authority.pem")
        let at = presentInstant().adding(seconds: 60)
        let chain = try ChainVerifier(anchors: [authority]).chain(from: leaf, for: use, at: at)
        #expect(chain.certificates == [leaf, authority])
        #expect(CertificateUse.allCases.filter(leaf.isSuitable(for:)) == [use])
        #expect(try MemberNaming.basic.member(of: leaf.subject, instance: "UR") == member)
    }

    @Test func responder() throws {
        let subject = try DistinguishedName([("CN", "OCSP")])
        let request = try request(subject)
        try tool.openssl([
            "x509", "-req", "-in", request.path, "-CA", tool.file("authority.pem").path, "-CAkey",
            tool.file("authority.key").path, "-sha256",
            "-extfile", Self.profiles, "-extensions", "ocsp_responder", "-out", tool.file("responder.pem").path,
        ])
        let responder = try certificate("responder.pem")
        #expect(responder.extendedKeyUsage == [ExtendedKeyUsage.ocspSigning])
        #expect(responder.isIssued(by: try certificate("authority.pem")))
        #expect(!responder.isSuitable(for: .signing))
    }
}
