import Foundation
import PKI
import SignedDocuments
import TestSupport
import XRoadModel

/// A signing key with a self-signed certificate, made by openssl. Its serial number is short: xmllint takes no integer of more
/// than 24 digits.
struct TestSigner {
    let key: PrivateKey
    let certificate: Certificate

    enum Kind: String, CaseIterable, Sendable {
        case rsa = "rsa:2048"
        case ec = "ec"
    }

    init(_ kind: Kind, subject: String = "/C=AL/O=Institution & Sons/CN=1234") throws {
        let folder = try TemporaryFolder()
        let keyFile = folder.url.appendingPathComponent("key.pem").path
        let certificateFile = folder.url.appendingPathComponent("certificate.pem").path
        let options = kind == .ec ? ["-pkeyopt", "ec_paramgen_curve:P-256"] : []
        let result = try runTool(
            "openssl",
            ["req", "-x509", "-newkey", kind.rawValue] + options + [
                "-nodes", "-days", "3650", "-subj", subject, "-set_serial", "\(UInt64.random(in: 1...UInt64.max))", "-addext",
                "keyUsage=critical,nonRepudiation", "-keyout", keyFile,
                "-out", certificateFile,
            ])
        guard result.status == 0 else { throw ToolFailure(text: result.errors) }
        key = try PrivateKey(pem: [UInt8](Data(contentsOf: URL(fileURLWithPath: keyFile))), passphrase: [])
        let pem = String(decoding: try Data(contentsOf: URL(fileURLWithPath: certificateFile)), as: UTF8.self)
        let certificates = try Certificate.all(pem: pem)
        guard let first = certificates.first else { throw ToolFailure(text: "no certificate") }
        certificate = first
    }

    struct ToolFailure: Error { let text: String }

    /// Made once for all tests: RSA keys are slow.
    static let rsa = Result { try TestSigner(.rsa) }
    static let ec = Result { try TestSigner(.ec) }

    static func of(_ kind: Kind) throws -> TestSigner {
        switch kind {
        case .rsa: try rsa.get()
        case .ec: try ec.get()
        }
    }
}

let signingTime = Instant(millisecondsSince1970: 1_795_440_284_010)
/// Stands where an OCSP response goes, where nothing reads it.
let anyResponse: [UInt8] = [0x30, 0x03, 0x0a, 0x01, 0x06]

/// A message with attachments, signed.
struct SignedExample {
    let message: [UInt8]
    let attachments: [[UInt8]]
    let data: SignatureData
    let digest: DigestAlgorithm

    init(
        _ kind: TestSigner.Kind = .ec, digest: DigestAlgorithm = .sha512, message: String = "GET\n/r1/AL/GOV/1/S/rest\n",
        attachments: [String] = []
    ) throws {
        let signer = try TestSigner.of(kind)
        let composer = try SignatureComposer(key: signer.key, certificate: signer.certificate, digest: digest)
        self.message = Array(message.utf8)
        self.attachments = attachments.map { Array($0.utf8) }
        self.digest = digest
        data = try composer.compose(
            message: digest.digest(self.message), attachments: self.attachments.map(digest.digest), signingTime: signingTime,
            ocspResponse: anyResponse)
    }

    init(message: [UInt8], attachments: [[UInt8]], data: SignatureData, digest: DigestAlgorithm = .sha512) {
        self.message = message
        self.attachments = attachments
        self.data = data
        self.digest = digest
    }

    var parts: PartDigests {
        var parts = PartDigests(message: message)
        for attachment in attachments { parts.addAttachment(digest, digest.digest(attachment)) }
        return parts
    }
}

/// The code of the failure, or "valid".
func outcome(_ check: () throws -> Void) -> String {
    do {
        try check()
        return "valid"
    } catch let failure as SignedDocumentFailure { return failure.code } catch { return "\(error)" }
}

extension [UInt8] {
    var text: String { String(decoding: self, as: UTF8.self) }

    /// Every occurrence replaced.
    func replacing(_ old: String, with new: String) -> [UInt8] { Array(text.replacingOccurrences(of: old, with: new).utf8) }
}
