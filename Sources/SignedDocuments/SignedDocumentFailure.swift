import PKI

/// Why a signature, hash chain or container was refused. The texts name the failing link and hold nothing of the message.
package enum SignedDocumentFailure: Error, Equatable {
    // Whoever composed the document is to blame.

    /// Not well-formed, too large, or not XML at all.
    case invalidXML(String)
    /// The signature document is outside the closed profile.
    case malformedSignature(String)
    /// A digest, an algorithm or a key that the profile does not accept for its strength.
    case cryptographicConstraint(String)
    /// The signature value was not made by the certificate's key.
    case invalidSignatureValue(String)
    /// The signed digest is not that of what it names.
    case digestMismatch(String)
    /// A reference names a part that was not given.
    case invalidReference(String)
    case malformedHashChain(String)
    /// The hash chain refers to something that was not given, or not digested as the chain has it.
    case unresolvedHashChainReference(String)
    /// The digest in a hash chain is not that of the part it names.
    case invalidHashChainReference(String)
    /// The hash chain does not compute to the signed result.
    case invalidHashChainResult(String)
    /// Message parts that the hash chain does not cover.
    case unusedHashChainInputs([String])
    /// Not a container, or a container outside the profile of the reader.
    case malformedContainer(String)
    /// An entry that every container must have is missing or empty.
    case missingContainerEntry(String)
    case invalidContainerType

    // The signer's certificate, or what is known of it, is to blame.

    /// The certificate is not the member's, or not for signing.
    case incorrectCertificate(String)
    /// No chain from the certificate to an approved authority.
    case untrustedCertificate(PKIFailure)
    /// No acceptable OCSP response for a certificate of the chain.
    case unprovedCertificateStatus(PKIFailure)
    /// The time-stamp is not of this signature, or not by an approved authority.
    case invalidTimestamp(PKIFailure)

    // This side is to blame.

    case cannotSign(PKIFailure)
    /// The bytes cannot be had: the disk, or the program that gives them, fails.
    case unreadable(String)
}

extension SignedDocumentFailure {
    /// X-Road's name of the failure, in the spelling of 7.8 and later (`ErrorCode` of its source).
    package var code: String {
        switch self {
        case .invalidXML: "invalid_xml"
        case .malformedSignature, .cryptographicConstraint: "malformed_signature"
        case .invalidSignatureValue, .digestMismatch: "invalid_signature_value"
        case .invalidReference, .unresolvedHashChainReference: "invalid_reference"
        case .malformedHashChain: "malformed_hash_chain"
        case .invalidHashChainReference: "invalid_hash_chain_ref"
        case .invalidHashChainResult: "invalid_hash_chain"
        case .unusedHashChainInputs: "hashchain_unused_inputs"
        case .malformedContainer: "invalid_container"
        case .missingContainerEntry(let entry): Self.missingEntryCode(entry)
        case .invalidContainerType: "asic_invalid_mime_type"
        case .incorrectCertificate: "incorrect_certificate"
        case .untrustedCertificate: "cannot_create_cert_path"
        case .unprovedCertificateStatus: "invalid_cert_path.cert_validation"
        case .invalidTimestamp(let failure): Self.timestampCode(failure)
        case .cannotSign: "cannot_create_signature"
        case .unreadable: "internal_error"
        }
    }

    private static func timestampCode(_ failure: PKIFailure) -> String {
        switch failure {
        case .timestampRefused(.ofOtherData), .malformed, .tooLarge: "malformed_signature"
        case .timestampRefused(.signerNotApproved): "mlog.tsp_certificate_not_found"
        default: "mlog.timestamp_signer_verification_failed"
        }
    }

    /// The code of a failure met while verifying a signature: what is wrong with its hash chain makes the signature malformed.
    package var signatureCode: String {
        switch self {
        case .malformedHashChain, .unresolvedHashChainReference, .invalidHashChainReference, .invalidHashChainResult,
            .unusedHashChainInputs:
            "malformed_signature." + code
        default: code
        }
    }

    private static func missingEntryCode(_ entry: String) -> String {
        switch entry {
        case ContainerEntryName.mimetype: "asic_mime_type_not_found"
        case ContainerEntryName.message: "asic_message_not_found"
        case ContainerEntryName.signature: "asic_signature_not_found"
        case ContainerEntryName.signatureHashChain, ContainerEntryName.timestampHashChain: "asic_hash_chain_not_found"
        case ContainerEntryName.signatureHashChainResult, ContainerEntryName.timestampHashChainResult:
            "asic_hash_chain_result_not_found"
        case ContainerEntryName.timestamp: "asic_timestamp_not_found"
        default: "asic_manifest_not_found"
        }
    }
}

extension SignedDocumentFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .invalidXML(let reason): "not acceptable XML: \(reason)"
        case .malformedSignature(let reason): "malformed signature: \(reason)"
        case .cryptographicConstraint(let reason): "not acceptable by its strength: \(reason)"
        case .invalidSignatureValue(let reason): "invalid signature value: \(reason)"
        case .digestMismatch(let part): "the signed digest of \(part) is not that of the part"
        case .invalidReference(let part): "reference to a part that was not given: \(part)"
        case .malformedHashChain(let reason): "malformed hash chain: \(reason)"
        case .unresolvedHashChainReference(let reference): "the hash chain refers to what was not given: \(reference)"
        case .invalidHashChainReference(let part): "the hash chain's digest of \(part) is not that of the part"
        case .invalidHashChainResult(let reason): "the hash chain does not lead to its signed result: \(reason)"
        case .unusedHashChainInputs(let parts): "not covered by the hash chain: \(parts.joined(separator: ", "))"
        case .malformedContainer(let reason): "not an acceptable container: \(reason)"
        case .missingContainerEntry(let entry): "the container has no \(entry), or an empty one"
        case .invalidContainerType: "the container's mimetype is not \(ContainerEntryName.containerType)"
        case .incorrectCertificate(let reason): "incorrect signing certificate: \(reason)"
        case .untrustedCertificate(let failure): "no trusted chain for the signing certificate: \(failure)"
        case .unprovedCertificateStatus(let failure): "no acceptable OCSP response for the signing certificate: \(failure)"
        case .invalidTimestamp(let failure): "time-stamp: \(failure)"
        case .cannotSign(let failure): "cannot sign: \(failure)"
        case .unreadable(let reason): "cannot be read: \(reason)"
        }
    }
}
