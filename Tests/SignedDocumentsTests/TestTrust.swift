import PKI
import SignedDocuments
import TestSupport
import XML
import XRoadModel

/// Trust out of the shared parameters of a reference configuration, read as crudely as the tests need it.
enum TestTrust {
    /// nil where no vectors are set.
    static func read(_ path: String, _ algorithms: AlgorithmPolicy = .current) throws -> VerificationTrust? {
        guard let bytes = try Vectors.bytes(path) else { return nil }
        let document = try XMLDocument(parsing: bytes, limits: .configuration)
        func certificates(_ path: String) throws -> [Certificate] {
            try document.elements(xpath: path, namespaces: [:]).map { try certificate($0.text) }
        }
        let authorities = try certificates("//approvedCA/topCA/cert")
        let responders = try certificates("//approvedCA//ocsp/cert")
        return trust(authorities, responders, algorithms)
    }

    /// nil where no vectors are set.
    static func timestamps(_ path: String, _ algorithms: AlgorithmPolicy = .current) throws -> TimestampTrust? {
        guard let bytes = try Vectors.bytes(path) else { return nil }
        let document = try XMLDocument(parsing: bytes, limits: .configuration)
        let authorities = try document.elements(xpath: "//approvedTSA/cert", namespaces: [:]).map { try certificate($0.text) }
        return TimestampTrust(authorities: authorities, now: signingTime, policy: TimestampPolicy(algorithms: algorithms))
    }

    static func trust(
        _ authorities: [Certificate], _ responders: [Certificate], _ algorithms: AlgorithmPolicy = .current
    ) -> VerificationTrust {
        VerificationTrust(
            chains: ChainVerifier(anchors: authorities, algorithms: algorithms), ocspResponders: responders,
            ocspPolicy: OCSPPolicy(freshnessSeconds: 3600, algorithms: algorithms), member: member)
    }

    /// Configurations hold DER or PEM in base64.
    private static func certificate(_ text: String) throws -> Certificate {
        let bytes = Base64.decode(spaced: text) ?? []
        return try Certificate.all(pem: bytes.text).first ?? Certificate(der: bytes)
    }

    /// The configurations name X-Road's FI profile. Certificates of 2015 and before hold the code alone.
    static let member: @Sendable (Certificate, MemberIdentifier) -> MemberIdentifier? = { certificate, claimed in
        if let member = try? MemberNaming.fiVRK.member(of: certificate.subject, instance: claimed.instance) { return member }
        return certificate.subject.value("CN").map {
            MemberIdentifier(instance: claimed.instance, memberClass: claimed.memberClass, memberCode: $0)
        }
    }

    static let configuration = "globalconf/globalconf_good2_v3/DEV/shared-params.xml"
    static let capturedConfiguration = "transport-messages/captured/globalconf/DEV/shared-params.xml"

    /// Client of a request, provider of an answer.
    static let sender: @Sendable ([UInt8]) -> MemberIdentifier? = { message in
        guard let document = try? XMLDocument(parsing: message) else { return restSender(message.text) }
        guard let header = document.root.children.first, let body = document.root.children.last?.children.first else {
            return nil
        }
        let name = body.name.hasSuffix("Response") ? "service" : "client"
        let codes = header.children.first { $0.name == name }?.children.prefix(3).map(\.text) ?? []
        return ClientIdentifier(codes: codes)?.member
    }

    private static func restSender(_ text: String) -> MemberIdentifier? {
        let lines = text.split(whereSeparator: \.isNewline)
        let name = lines.first?.first?.isNumber == true ? "x-road-service:" : "x-road-client:"
        let value = lines.first { $0.lowercased().hasPrefix(name) }?.dropFirst(name.count)
        return ClientIdentifier(codes: (value ?? "").split(separator: "/").prefix(3).map(String.init))?.member
    }
}
