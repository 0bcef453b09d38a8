import PKI

/// A part of a message that a signature covers.
package struct CoveredPart: Sendable, Equatable {
    package let name: String
    package let algorithm: DigestAlgorithm
    package let digest: [UInt8]
    /// False where only the digest is known: in a container without that attachment.
    package let isPresent: Bool
    /// Whether it is covered through a hash chain or by the signature directly.
    package let isInHashChain: Bool
}

/// A signature with what is needed to relate it to its message, as it travels and as it is logged.
package struct SignatureData: Sendable, Equatable {
    /// The signature document.
    package let signature: [UInt8]
    /// Both or none: with a hash chain the signature refers to its result instead of the message.
    package let hashChain: HashChainDocuments?

    package init(signature: [UInt8], hashChain: HashChainDocuments? = nil) {
        self.signature = signature
        self.hashChain = hashChain
    }
}
