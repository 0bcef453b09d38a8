/// What stands in a container, sorted by its meaning.
struct ContainerContent {
    let record: SignedRecord
    /// `META-INF/ASiCManifest.xml`.
    let timestampManifest: [UInt8]?
    /// What makes it another container than X-Road's, although message and signature can be read.
    let failures: [SignedDocumentFailure]
    /// Deviations from EN 319 162-1 that X-Road's own containers have.
    let deviations: [String]
}

/// Reads containers, and only such as every reader reads alike (see `ZIPReader`).
struct ContainerReader {
    private let entries: [ZIPReader.Entry]
    private let contents: [String: [UInt8]]
    private var failures: [SignedDocumentFailure] = []

    /// Everything that is wrong, where there is no message or no signature to go on with.
    struct Unreadable: Error { let failures: [SignedDocumentFailure] }

    static func read(_ archive: [UInt8], limits: ContainerLimits) throws(Unreadable) -> ContainerContent {
        let entries: [ZIPReader.Entry]
        do { entries = try ZIPReader.entries(of: archive, limits: limits) } catch { throw Unreadable(failures: [error]) }
        var reader = ContainerReader(entries)
        return try reader.content()
    }

    private init(_ entries: [ZIPReader.Entry]) {
        self.entries = entries
        contents = Dictionary(entries.map { ($0.name, $0.content) }, uniquingKeysWith: { first, _ in first })
    }

    private mutating func content() throws(Unreadable) -> ContainerContent {
        if let type = required(ContainerEntryName.mimetype), type != Array(ContainerEntryName.containerType.utf8) {
            failures.append(.invalidContainerType)
        }
        let message = required(ContainerEntryName.message)
        let signature = required(ContainerEntryName.signature)
        let hashChain = hashChain(ContainerEntryName.signatureHashChainResult, ContainerEntryName.signatureHashChain)
        let timestamp = timestamp()
        let unknown = entries.map(\.name).filter(Self.isUnknown)
        if !unknown.isEmpty {
            failures.append(.malformedContainer("entries that nothing covers: \(unknown.joined(separator: ", "))"))
        }
        guard let message, let signature else { throw Unreadable(failures: failures) }
        var record = SignedRecord(
            message: .content(message), signature: SignatureData(signature: signature, hashChain: hashChain),
            timestamp: timestamp)
        for (name, content) in contents {
            if let number = PartName.attachmentNumber("/" + name) { record.attachments[number] = .content(content) }
        }
        return ContainerContent(
            record: record, timestampManifest: contents[ContainerEntryName.timestampManifest], failures: failures,
            deviations: deviations)
    }

    private mutating func required(_ name: String) -> [UInt8]? {
        if let content = contents[name], !content.isEmpty { return content }
        failures.append(.missingContainerEntry(name))
        return nil
    }

    /// Both documents or none.
    private mutating func hashChain(_ result: String, _ chain: String) -> HashChainDocuments? {
        guard contents[result] != nil || contents[chain] != nil else { return nil }
        guard let result = required(result), let chain = required(chain) else { return nil }
        return HashChainDocuments(result: result, chain: chain)
    }

    private mutating func timestamp() -> RecordTimestamp? {
        let hasHashChain = [ContainerEntryName.timestampHashChainResult, ContainerEntryName.timestampHashChain]
            .contains { contents[$0] != nil }
        guard hasHashChain || contents[ContainerEntryName.timestamp] != nil else { return nil }
        let hashChain = hashChain(ContainerEntryName.timestampHashChainResult, ContainerEntryName.timestampHashChain)
        guard let token = required(ContainerEntryName.timestamp) else { return nil }
        guard hasHashChain else { return .single(token: token) }
        return hashChain.map { .batch(SignedContainer.Timestamp(token: token, hashChain: $0)) }
    }

    private static func isUnknown(_ name: String) -> Bool {
        !ContainerEntryName.fixed.contains(name) && PartName.attachmentNumber("/" + name) == nil
    }

    /// X-Road compresses the media type, and its own test containers have it last: no reader of its containers can ask for more.
    private var deviations: [String] {
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
        let content: ContainerContent
        do { content = try ContainerReader.read(archive, limits: limits) } catch {
            throw error.failures.first ?? .malformedContainer("it cannot be read")
        }
        if let failure = content.failures.first { throw failure }
        self.init(content.record)
    }

    /// A time-stamp over the signature value alone is no part of it: X-Road writes it into the signature document.
    private init(_ record: SignedRecord) {
        let parts = RecordParts(record).contents ?? [:]
        var attachments: [Int: [UInt8]] = [:]
        for (name, content) in parts {
            if let number = PartName.attachmentNumber(name) { attachments[number] = content }
        }
        self.init(
            message: parts[PartName.message] ?? [], attachments: attachments, signature: record.signature,
            timestamp: record.timestamp?.batch)
    }
}
