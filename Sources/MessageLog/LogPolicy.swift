import XRoadModel

/// What is kept of a service's messages and what erasure leaves of them. Decided for each service by settings.
package struct LogPolicy: Hashable, Sendable {
    package enum BodyLogging: String, Sendable, CaseIterable {
        case full
        /// Of bodies only their SHA-512, which the signature can still be checked against: of a REST message its body, of a SOAP
        /// message, whose envelope is the body, everything.
        case digestOnly = "digest-only"
    }

    /// What erasure does with signature document, hash chain and their digests.
    package enum SignatureOnErasure: String, Sendable, CaseIterable { case keep, destroy }

    package var bodyLogging: BodyLogging
    package var signatureOnErasure: SignatureOnErasure
    /// Nil: until erased by command.
    package var retentionDays: Int?

    package init(
        bodyLogging: BodyLogging = .full, signatureOnErasure: SignatureOnErasure = .keep, retentionDays: Int? = nil
    ) {
        self.bodyLogging = bodyLogging
        self.signatureOnErasure = signatureOnErasure
        self.retentionDays = retentionDays
    }

    func keepsMessagePart(of kind: MessageKind) -> Bool { bodyLogging == .full || kind == .rest }
}
