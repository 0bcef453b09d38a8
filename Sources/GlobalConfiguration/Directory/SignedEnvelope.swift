import PKI

/// The outer multipart of a signed directory: the directory and its signature (PR-GCONF 2.3).
struct SignedEnvelope {
    /// Content type of the first part.
    let signedType: String
    /// Body of the first part: exactly what the signature covers.
    let signedBody: ArraySlice<UInt8>
    private let algorithm: SignatureAlgorithm
    private let signature: [UInt8]
    private let certificateHash: [UInt8]
    private let certificateHashAlgorithm: DigestAlgorithm

    init(_ download: [UInt8], limits: ConfigurationLimits) throws(ConfigurationFailure) {
        let envelope = try DirectoryPart(reading: download[...], limits: limits)
        let boundary = try multipartBoundary(envelope.required("Content-Type"), of: "multipart/related")
        let parts = try DirectoryMultipart.split(envelope.body, boundary: boundary, maximumParts: 2, closingRequired: true)
        guard parts.count == 2 else { throw .malformedDirectory("it has not two parts") }

        let directory = try DirectoryPart(reading: parts[0], limits: limits)
        signedType = try directory.required("Content-Type")
        signedBody = directory.body

        let signed = try DirectoryPart(reading: parts[1], limits: limits)
        try signed.require("Content-type", "application/octet-stream")
        try signed.require("Content-transfer-encoding", "base64")
        let uri = try signed.required("Signature-algorithm-id")
        guard let algorithm = SignatureAlgorithm(uri: uri) else { throw .unsupportedAlgorithm(uri) }
        self.algorithm = algorithm
        signature = Base64.decode(spaced: String(decoding: signed.body, as: UTF8.self)) ?? []
        (certificateHash, certificateHashAlgorithm) = try Self.certificateHash(signed.required("Verification-certificate-hash"))
    }

    private static func certificateHash(
        _ field: String
    ) throws(ConfigurationFailure) -> ([UInt8], DigestAlgorithm) {
        let value = try ParameterizedValue(field)
        guard let uri = value["hash-algorithm-id"] else {
            throw .missingField("Verification-certificate-hash; hash-algorithm-id")
        }
        guard let algorithm = DigestAlgorithm(uri: uri), algorithm != .sha1 else { throw .unsupportedAlgorithm(uri) }
        guard let hash = Base64.decode(value.value) else {
            throw .malformedDirectory("Verification-certificate-hash is not base64")
        }
        return (hash, algorithm)
    }

    /// Verifies with that one of `certificates` (DER) whose hash the directory names. ECDSA signatures are in DER here.
    func verify(_ certificates: [[UInt8]]) throws(ConfigurationFailure) {
        let named = certificates.first { certificateHashAlgorithm.digest($0) == certificateHash }
        guard let named, let certificate = try? Certificate.parsed(der: named) else { throw .unknownVerificationCertificate }
        guard certificate.publicKey.verifies(signature, of: Array(signedBody), algorithm: algorithm, encoding: .der) else {
            throw .invalidSignature
        }
    }
}
