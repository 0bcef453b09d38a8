/// What stands in a container, sorted by its meaning.
struct ContainerContent {
    let container: SignedContainer
    /// `META-INF/timestamp.tst`, DER: of a batch with a hash chain, without one over the signature value.
    let timestampToken: [UInt8]?
    /// `META-INF/ASiCManifest.xml`.
    let timestampManifest: [UInt8]?
    /// Entries without a meaning in X-Road's containers.
    let unknownEntries: [String]
    /// Deviations from EN 319 162-1 that X-Road's own containers have.
    let deviations: [String]
    let sizes: [String: Int]
}

/// Reads containers, and only such as every reader reads alike (see `ZIPReader`).
enum ContainerReader {
    static func read(_ archive: [UInt8], limits: ContainerLimits) throws(SignedDocumentFailure) -> ContainerContent {
        let entries = try ZIPReader.entries(of: archive, limits: limits)
        let contents = Dictionary(entries.map { ($0.name, $0.content) }, uniquingKeysWith: { first, _ in first })
        func required(_ name: String) throws(SignedDocumentFailure) -> [UInt8] {
            guard let content = contents[name], !content.isEmpty else { throw .missingContainerEntry(name) }
            return content
        }
        guard try required(ContainerEntryName.mimetype) == Array(ContainerEntryName.containerType.utf8) else {
            throw .invalidContainerType
        }
        func hashChain(_ result: String, _ chain: String) throws(SignedDocumentFailure) -> HashChainDocuments? {
            guard contents[result] != nil || contents[chain] != nil else { return nil }
            return HashChainDocuments(result: try required(result), chain: try required(chain))
        }
        let message = try required(ContainerEntryName.message)
        let signature = SignatureData(
            signature: try required(ContainerEntryName.signature),
            hashChain: try hashChain(ContainerEntryName.signatureHashChainResult, ContainerEntryName.signatureHashChain))
        let timestampHashChain = try hashChain(ContainerEntryName.timestampHashChainResult, ContainerEntryName.timestampHashChain)
        var timestamp: SignedContainer.Timestamp?
        if let timestampHashChain {
            timestamp = SignedContainer.Timestamp(
                token: try required(ContainerEntryName.timestamp), hashChain: timestampHashChain)
        }
        return ContainerContent(
            container: SignedContainer(
                message: message, attachments: attachments(contents), signature: signature, timestamp: timestamp),
            timestampToken: contents[ContainerEntryName.timestamp],
            timestampManifest: contents[ContainerEntryName.timestampManifest],
            unknownEntries: entries.map(\.name).filter(isUnknown),
            deviations: deviations(entries),
            sizes: contents.mapValues(\.count))
    }

    private static func attachments(_ contents: [String: [UInt8]]) -> [Int: [UInt8]] {
        var attachments: [Int: [UInt8]] = [:]
        for (name, content) in contents {
            if let number = PartName.attachmentNumber("/" + name) { attachments[number] = content }
        }
        return attachments
    }

    private static func isUnknown(_ name: String) -> Bool {
        !ContainerEntryName.fixed.contains(name) && PartName.attachmentNumber("/" + name) == nil
    }

    private static func deviations(_ entries: [ZIPReader.Entry]) -> [String] {
        var deviations: [String] = []
        if entries.first?.name != ContainerEntryName.mimetype { deviations.append("the mimetype entry is not the first") }
        if entries.contains(where: { $0.name == ContainerEntryName.mimetype && $0.method != .stored }) {
            deviations.append("the mimetype entry is compressed")
        }
        return deviations
    }
}

extension SignedContainer {
    /// Reads a container. Nothing in it is verified.
    package init(reading archive: [UInt8], limits: ContainerLimits = ContainerLimits()) throws(SignedDocumentFailure) {
        self = try ContainerReader.read(archive, limits: limits).container
    }
}
