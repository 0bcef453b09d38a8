import PKI
import SignedDocuments
import TestSupport
import XRoadModel

/// A REST message with a body, signed by a member of an instance of its own, with what is needed to judge it.
struct SignedExchange {
    let instance: TestInstance
    let certificate: Certificate
    let message = Array("GET\n/r1/AL/GOV/1/S/rest\nX-Road-Client:AL/GOV/1234/S\n".utf8)
    let body = Array(#"{"a":1}"#.utf8)
    /// Message and body, through a hash chain.
    let data: SignatureData
    let key: PrivateKey

    init() throws {
        instance = try TestInstance()
        key = try PrivateKey.generate(.p256)
        certificate = try instance.certificate(for: key)
        let composer = try SignatureComposer(key: key, certificate: certificate)
        data = try composer.compose(
            message: composer.digest.digest(message), attachments: [composer.digest.digest(body)], signingTime: signingTime,
            ocspResponse: instance.status(of: certificate))
    }

    /// Of the message alone.
    func signed(
        message: [UInt8]? = nil, by certificate: Certificate? = nil, key: PrivateKey? = nil, status: [UInt8]? = nil
    ) throws -> SignatureData {
        let certificate = certificate ?? self.certificate
        let composer = try SignatureComposer(key: key ?? self.key, certificate: certificate)
        return try composer.compose(
            message: composer.digest.digest(message ?? self.message), attachments: [], signingTime: signingTime,
            ocspResponse: status ?? instance.status(of: certificate))
    }

    var record: SignedRecord {
        SignedRecord(message: .content(message), attachments: [1: .content(body)], signature: data)
    }

    func report(on record: SignedRecord, _ trust: RecordTrust? = nil) -> VerificationReport {
        RecordVerifier(trust: trust ?? RecordTrust(instance.trust()), sender: TestTrust.sender).verify(record)
    }
}

extension VerificationReport {
    /// The findings that count, as `INDICATION SUB_INDICATION code`.
    var grave: [String] {
        findings.compactMap { finding in
            finding.subIndication.map { "\($0.indication.rawValue) \($0.rawValue) \(finding.code)" }
        }
    }
}
