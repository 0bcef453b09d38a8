import PKI
import XRoadModel

/// A verified signature whose certificate was a registered member's and good at the instant asked. Only `VerificationTrust` makes one.
package struct TrustedSignature: Sendable {
    package let signature: VerifiedSignature
    package let signer: MemberIdentifier
    package let chain: VerifiedChain
    /// Of the signing certificate.
    package let status: VerifiedOCSP
    /// The last instant at which chain and statuses still give the same verdict.
    package let validUntil: Instant

    fileprivate init(_ signature: VerifiedSignature, _ signer: MemberIdentifier, _ chain: VerifiedChain, _ statuses: ChainStatus)
    {
        self.signature = signature
        self.signer = signer
        self.chain = chain
        status = statuses.leaf
        validUntil = min(chain.validUntil, statuses.validUntil)
    }
}

/// That every certificate of a chain but the anchor had a good status.
struct ChainStatus {
    let leaf: VerifiedOCSP
    let validUntil: Instant
}

/// What a signer's certificate is judged by, all of it out of one global configuration.
package struct VerificationTrust: Sendable {
    private let chains: ChainVerifier
    private let ocspResponders: [Certificate]
    private let ocspPolicy: OCSPPolicy
    private let member: @Sendable (Certificate, MemberIdentifier) -> MemberIdentifier?

    /// - Parameters:
    ///   - chains: from approved authorities for signing certificates.
    ///   - ocspResponders: those that the configuration approves by certificate.
    ///   - member: the member that a certificate is issued to, by the certificate profile of its authority; the second argument
    ///     is the member that claims to have signed, whose instance and class some profiles leave out of the certificate.
    package init(
        chains: ChainVerifier, ocspResponders: [Certificate], ocspPolicy: OCSPPolicy,
        member: @escaping @Sendable (_ certificate: Certificate, _ claimed: MemberIdentifier) -> MemberIdentifier?
    ) {
        self.chains = chains
        self.ocspResponders = ocspResponders
        self.ocspPolicy = ocspPolicy
        self.member = member
    }

    /// `instant` is now in a live exchange, and the time of signing for a document out of a log.
    package func trust(
        _ signature: VerifiedSignature, of signer: MemberIdentifier, at instant: Instant
    ) throws(SignedDocumentFailure) -> TrustedSignature {
        try signature.checkSigningTime(at: instant)
        try checkUse(of: signature.certificate)
        try checkMember(of: signature.certificate, is: signer)
        let chain = try chain(of: signature.certificate, signature.extraCertificates, at: instant)
        return TrustedSignature(signature, signer, chain, try status(of: chain, signature.ocspResponses, at: instant))
    }

    func checkUse(of certificate: Certificate) throws(SignedDocumentFailure) {
        guard certificate.isSuitable(for: .signing) else {
            throw .malformedSignature("\(certificate.subject) is not a signing certificate")
        }
    }

    func checkMember(of certificate: Certificate, is signer: MemberIdentifier) throws(SignedDocumentFailure) {
        guard let named = member(certificate, signer) else {
            throw .incorrectCertificate("\(certificate.subject) names no member by the profile of its authority")
        }
        guard named == signer else { throw .incorrectCertificate("it is of \(named), the message of \(signer)") }
    }

    func chain(
        of certificate: Certificate, _ supplied: [Certificate], at instant: Instant
    ) throws(SignedDocumentFailure) -> VerifiedChain {
        do { return try chains.chain(from: certificate, supplied: supplied, at: instant) } catch {
            throw .untrustedCertificate(error)
        }
    }

    /// Every certificate but the anchor needs a good status, as X-Road's `CertChainVerifier` asks.
    func status(
        of chain: VerifiedChain, _ responses: [[UInt8]], at instant: Instant
    ) throws(SignedDocumentFailure) -> ChainStatus {
        let leaf = try status(of: chain.leaf, chain.issuer, responses, at: instant)
        var validUntil = leaf.validUntil
        for (certificate, issuer) in zip(chain.certificates, chain.certificates.dropFirst()).dropFirst() {
            validUntil = min(validUntil, try status(of: certificate, issuer, responses, at: instant).validUntil)
        }
        return ChainStatus(leaf: leaf, validUntil: validUntil)
    }

    /// The signer may send responses for several certificates: the one that speaks of this certificate decides.
    private func status(
        of certificate: Certificate, _ issuer: Certificate, _ responses: [[UInt8]], at instant: Instant
    ) throws(SignedDocumentFailure) -> VerifiedOCSP {
        var reason = PKIFailure.ocspNotApplicable(certificate: "\(certificate.subject)")
        for der in responses {
            do {
                return try OCSPVerifier.verify(
                    OCSPResponse.parsed(der: der), certificate: certificate, issuer: issuer, responders: ocspResponders,
                    at: instant, policy: ocspPolicy)
            } catch {
                if case .ocspNotApplicable = error { continue }
                reason = error
            }
        }
        throw .unprovedCertificateStatus(reason)
    }
}
