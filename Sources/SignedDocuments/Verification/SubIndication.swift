import PKI

extension VerificationReport.SubIndication {
    /// The sub-indication of EN 319 102-1 that says what the failure is about.
    init(_ failure: SignedDocumentFailure) {
        switch failure {
        case .invalidXML, .malformedSignature, .malformedHashChain, .malformedContainer, .missingContainerEntry,
            .invalidContainerType, .unusedHashChainInputs:
            self = .formatFailure
        case .cryptographicConstraint: self = .cryptographicConstraints
        case .invalidSignatureValue: self = .signatureValueFailure
        case .digestMismatch, .invalidHashChainReference, .invalidHashChainResult: self = .hashFailure
        case .invalidReference, .unresolvedHashChainReference: self = .signedDataNotFound
        case .incorrectCertificate: self = .signatureConstraints
        case .untrustedCertificate(let failure), .unprovedCertificateStatus(let failure): self.init(failure)
        case .invalidTimestamp(.timestampRefused(let refusal)): self.init(refusal)
        case .invalidTimestamp(.malformed), .invalidTimestamp(.tooLarge): self = .formatFailure
        case .invalidTimestamp(let failure): self.init(failure)
        case .cannotSign, .unreadable: self = .policyProcessing
        }
    }

    private init(_ failure: PKIFailure) {
        switch failure {
        case .notYetValid: self = .notYetValid
        case .expired: self = .expired
        case .revoked: self = .revoked
        case .untrusted: self = .noCertificateChain
        case .unsuitable: self = .chainConstraints
        case .unacceptableKey, .unacceptableSignatureAlgorithm: self = .cryptographicConstraints
        case .ocspRefused, .ocspNotApplicable, .ocspFromTheFuture, .ocspTooOld, .ocspSuperseded, .statusUnknown: self = .tryLater
        default: self = .certificateChain
        }
    }

    private init(_ refusal: TimestampRefusal) {
        switch refusal {
        case .ofOtherData: self = .hashFailure
        case .signatureInvalid, .notBoundToSigner: self = .signatureValueFailure
        case .beforeSignature: self = .timestampOrder
        case .imprintAlgorithmNotAllowed, .signatureAlgorithmNotAllowed: self = .cryptographicConstraints
        case .signerNotApproved: self = .noCertificateChain
        case .signerNotForTimestamps: self = .chainConstraints
        case .notGranted, .nonceDiffers, .tooCoarse, .fromTheFuture: self = .policyProcessing
        }
    }
}
