import XRoadModel

extension ConfigurationAnchor {
    /// Verifies a configuration that was stored: from the anchor to its signed directories, and from them to each of its parts
    /// (PR-GCONF 2.6). It is judged as of its own time: evidence outlives the configuration that it was made under.
    ///
    /// Ends of validity and versions are taken from the directories and not from what is stored beside the parts.
    ///
    /// - Parameter lastGood: a configuration that was verified itself, of an earlier time: its successor may be signed with a key
    ///   that it names, as a security server has it that keeps up with new keys.
    package func verify(
        _ stored: ConfigurationBundle, lastGood: SharedParameters? = nil, limits: ConfigurationLimits = .standard
    ) throws(ConfigurationFailure) -> ConfigurationBundle {
        guard stored.instance == instance else { throw .wrongInstance(expected: instance, found: stored.instance) }
        do throws(ConfigurationFailure) { return try verify(stored, by: stored.directories, lastGood, limits) } catch {
            guard error == .unknownVerificationCertificate, !stored.firstDirectories.isEmpty else { throw error }
        }
        let first = try verify(stored, by: stored.firstDirectories, lastGood, limits)
        // The source has changed its key since. The configuration itself may name the new one; otherwise its first end stands.
        guard let part = first.part(.sharedParameters, of: instance) else { return first }
        let own = try SharedParameters(reading: part.bytes, version: part.version)
        do throws(ConfigurationFailure) { return try verify(stored, by: stored.directories, own, limits) } catch {
            guard error == .unknownVerificationCertificate else { throw error }
            return first
        }
    }

    private func verify(
        _ stored: ConfigurationBundle, by directories: [[UInt8]], _ lastGood: SharedParameters?, _ limits: ConfigurationLimits
    ) throws(ConfigurationFailure) -> ConfigurationBundle {
        let certificates = ConfigurationSources(anchor: self, lastGood: lastGood, preferred: nil).certificates
        let parts = try verifiedParts(of: stored, DirectoryListings(directories), certificates, limits)
        let verified = try ConfigurationBundle(
            instance: instance, parts: parts, directories: stored.directories, firstDirectories: stored.firstDirectories)
        guard verified.hash == stored.hash else { throw .storage("configuration \(stored.hash) is damaged") }
        return verified
    }

    private func verifiedParts(
        of stored: ConfigurationBundle, _ listings: DirectoryListings, _ certificates: [[UInt8]], _ limits: ConfigurationLimits
    ) throws(ConfigurationFailure) -> [ConfigurationPart] {
        var listings = listings
        try listings.open(with: certificates, limits)
        // Where shared parameters come from a source of their own, the private ones name it.
        if !listings.areAllOpen, let part = stored.part(.privateParameters, of: instance) {
            let parameters = try PrivateParameters(reading: try listings.verify(part).bytes)
            for anchor in parameters.anchors where anchor.instance == instance {
                try listings.open(
                    with: ConfigurationSources(anchor: anchor, lastGood: nil, preferred: nil).certificates, limits)
            }
        }
        var parts: [ConfigurationPart] = []
        for part in stored.parts { parts.append(try listings.verify(part)) }
        return parts
    }
}

/// The directories of a stored configuration, opened as keys for them become known.
private struct DirectoryListings {
    private var closed: [[UInt8]]
    private var open: [SignedDirectory] = []
    private var reason = ConfigurationFailure.missingPart("signed directory to verify it by")

    init(_ directories: [[UInt8]]) { closed = directories }

    var areAllOpen: Bool { closed.isEmpty }

    /// A directory that is signed with none of the keys stays closed, any other fault of one is a failure.
    mutating func open(with certificates: [[UInt8]], _ limits: ConfigurationLimits) throws(ConfigurationFailure) {
        var stillClosed: [[UInt8]] = []
        for directory in closed {
            do throws(ConfigurationFailure) {
                open.append(try SignedDirectory.verifiedAsOfItsTime(directory, certificates: certificates, limits: limits))
            } catch .unknownVerificationCertificate {
                reason = .unknownVerificationCertificate
                stillClosed.append(directory)
            }
        }
        closed = stillClosed
    }

    /// The part as one of the directories lists it.
    func verify(_ part: ConfigurationPart) throws(ConfigurationFailure) -> ConfigurationPart {
        for directory in open {
            let listed = directory.entries.first { $0.content == part.content && $0.instance == part.instance }
            guard let listed else { continue }
            try listed.verify(part.bytes)
            return ConfigurationPart(
                content: part.content, instance: part.instance, version: directory.version, expires: directory.expires,
                bytes: part.bytes)
        }
        guard closed.isEmpty, !open.isEmpty else { throw reason }
        throw .unlistedPart("\(part.content.name) of \(part.instance)")
    }
}
