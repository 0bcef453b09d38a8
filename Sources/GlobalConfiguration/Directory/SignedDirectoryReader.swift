import PKI
import XRoadModel

extension SignedDirectory {
    /// Decodes a downloaded directory and verifies it. The signature is checked first, over the bytes of the first part's body as
    /// they came, so that nothing unsigned is interpreted; then the entries, then the end of validity.
    ///
    /// `certificates` are DER; they carry keys only, no other field counts (PR-GCONF 2.2).
    package static func verified(
        _ download: [UInt8], certificates: [[UInt8]], at instant: Instant, limits: ConfigurationLimits = .standard
    ) throws(ConfigurationFailure) -> SignedDirectory {
        let directory = try verifiedAsOfItsTime(download, certificates: certificates, limits: limits)
        guard instant <= directory.expires else { throw .expired(directory.expires) }
        return directory
    }

    /// The same for a directory that was stored: it may have expired since.
    static func verifiedAsOfItsTime(
        _ download: [UInt8], certificates: [[UInt8]], limits: ConfigurationLimits
    ) throws(ConfigurationFailure) -> SignedDirectory {
        guard download.count <= limits.directoryBytes else { throw .tooLarge("the signed directory") }
        let envelope = try SignedEnvelope(download, limits: limits)
        try envelope.verify(certificates)
        return try SignedDirectory(reading: envelope.signedBody, type: envelope.signedType, limits: limits)
    }

    private init(
        reading body: ArraySlice<UInt8>, type: String, limits: ConfigurationLimits
    ) throws(ConfigurationFailure) {
        let boundary = try multipartBoundary(type, of: "multipart/mixed")
        let parts = try DirectoryMultipart.split(
            body, boundary: boundary, maximumParts: limits.directoryEntries + 1, closingRequired: false)
        guard let first = parts.first else { throw .malformedDirectory("it has no entries") }
        let head = try DirectoryPart(reading: first, limits: limits)
        let date = try head.required("Expire-date")
        guard let expires = Instant(iso8601: date) else {
            throw .malformedDirectory("Expire-date is not a date with time: \(date)")
        }
        var entries: [Entry] = []
        for part in parts.dropFirst() { entries.append(try Entry(reading: part, limits: limits)) }
        self.init(expires: expires, version: try Self.version(head["Version"]), entries: entries)
        try requireDistinctEntries()
    }

    private static func version(_ text: String?) throws(ConfigurationFailure) -> Int {
        guard let text else { return ConfigurationVersion.unnamed }
        guard let version = Int(text), ConfigurationVersion.readable.contains(version) else { throw .unsupportedVersion(text) }
        return version
    }

    /// Two files of one type for one instance would leave open which of them rules.
    private func requireDistinctEntries() throws(ConfigurationFailure) {
        struct Key: Hashable {
            let content: ContentIdentifier
            let instance: String?
        }
        var seen: Set<Key> = []
        for entry in entries {
            guard let content = entry.content else { continue }
            guard seen.insert(Key(content: content, instance: entry.instance)).inserted else {
                throw .duplicatePart("\(content.name) of \(entry.instance ?? "no instance")")
            }
        }
    }
}

extension SignedDirectory.Entry {
    fileprivate init(reading bytes: ArraySlice<UInt8>, limits: ConfigurationLimits) throws(ConfigurationFailure) {
        let part = try DirectoryPart(reading: bytes, limits: limits)
        try part.require("Content-type", "application/octet-stream")
        try part.require("Content-transfer-encoding", "base64")
        let identifier: ParameterizedValue? =
            if let text = part["Content-identifier"] { try ParameterizedValue(text) } else { nil }
        let content = identifier.map { ContentIdentifier($0.value) }
        if content == .privateParameters || content == .sharedParameters {
            guard identifier?["instance"] != nil else { throw .missingField("Content-identifier; instance") }
        }
        if let name = part["Content-file-name"] { try Self.requirePlain(name) }
        let uri = try part.required("Hash-algorithm-id")
        guard let algorithm = DigestAlgorithm(uri: uri), algorithm != .sha1 else { throw .unsupportedAlgorithm(uri) }
        guard let hash = Base64.decode(spaced: String(decoding: part.body, as: UTF8.self)), hash.count == algorithm.length else {
            throw .malformedDirectory("the hash of an entry is not a \(algorithm.name) in base64")
        }
        self.init(
            content: content, instance: identifier?["instance"], location: try part.required("Content-location"),
            hashAlgorithm: algorithm, hash: hash)
    }

    /// The name is a hint that we do not use; one that leads elsewhere betrays a hostile source.
    private static func requirePlain(_ name: String) throws(ConfigurationFailure) {
        guard name != ".", name != "..", !name.contains("/"), !name.contains("\\") else { throw .unsafeFileName(name) }
    }
}

/// The boundary of a multipart content type; RFC 2046 5.1.1 bounds its length.
func multipartBoundary(_ type: String, of expected: String) throws(ConfigurationFailure) -> String {
    let type = try ParameterizedValue(type)
    guard type.value.lowercased() == expected else { throw .malformedDirectory("its type is not \(expected)") }
    guard let boundary = type["boundary"], boundary.utf8.count <= 70 else {
        throw .malformedDirectory("\(expected) has no boundary")
    }
    return boundary
}
