import XRoadModel

/// A message with its signature as X-Road exports it: an ASiC-E container (EN 319 162-1; UG-SIGDOC).
package struct SignedContainer: Sendable, Equatable {
    /// A batch time-stamp: one token for many signatures, with the hash chain from this signature to what was stamped.
    package struct Timestamp: Sendable, Equatable {
        /// DER.
        package let token: [UInt8]
        package let hashChain: HashChainDocuments

        package init(token: [UInt8], hashChain: HashChainDocuments) {
            self.token = token
            self.hashChain = hashChain
        }
    }

    package let message: [UInt8]
    /// By number. Not always all that the signature covers: logs may keep no attachments.
    package let attachments: [Int: [UInt8]]
    package let signature: SignatureData
    package let timestamp: Timestamp?

    package init(message: [UInt8], attachments: [Int: [UInt8]] = [:], signature: SignatureData, timestamp: Timestamp? = nil) {
        self.message = message
        self.attachments = attachments
        self.signature = signature
        self.timestamp = timestamp
    }
}

/// Writing
extension SignedContainer {
    /// The container's bytes; the same for the same content and time. Entries are stored, in X-Road's order, with the media type
    /// first and uncompressed so that the archive can be recognised (EN 319 162-1 A.1). `recorded` becomes the entries' time.
    package func encode(recorded: Instant) throws(SignedDocumentFailure) -> [UInt8] {
        var archive = ZIPWriter(modified: recorded)
        try archive.add(ContainerEntryName.mimetype, Array(ContainerEntryName.containerType.utf8))
        try archive.add(ContainerEntryName.message, message)
        try archive.add(ContainerEntryName.signature, signature.signature)
        if let hashChain = signature.hashChain {
            try archive.add(ContainerEntryName.signatureHashChainResult, hashChain.result)
            try archive.add(ContainerEntryName.signatureHashChain, hashChain.chain)
        }
        if let timestamp {
            try archive.add(ContainerEntryName.timestampHashChainResult, timestamp.hashChain.result)
            try archive.add(ContainerEntryName.timestampHashChain, timestamp.hashChain.chain)
        }
        try archive.add(ContainerEntryName.manifest, ContainerManifest.openDocument(of: self))
        if let timestamp {
            try archive.add(ContainerEntryName.timestampManifest, ContainerManifest.timestamp(of: timestamp))
            try archive.add(ContainerEntryName.timestamp, timestamp.token)
        }
        for (number, content) in attachments.sorted(by: { $0.key < $1.key }) {
            try archive.add(ContainerEntryName.attachment(number), content)
        }
        return archive.finish(comment: "mimetype=" + ContainerEntryName.containerType)
    }
}
