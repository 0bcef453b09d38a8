import XRoadModel

/// Downloads and verifies one whole configuration (PR-GCONF 2.6).
struct ConfigurationDownload {
    let fetching: any ConfigurationFetching
    let limits: ConfigurationLimits
    let instant: Instant
    /// Files that have not changed are taken from here.
    let lastGood: ConfigurationBundle?

    struct Result {
        let bundle: ConfigurationBundle
        /// The source that served.
        let url: String
    }

    /// Private and shared parameters of the anchor's instance, and what else the source distributes of shared parameters.
    ///
    /// Where the directory has no shared parameters of the instance, private parameters must name a source of them (PR-GCONF
    /// 3.2).
    func configuration(of instance: String, from sources: ConfigurationSources) async throws(ConfigurationFailure) -> Result {
        var found = try await firstUsable(sources, of: instance)
        guard let privatePart = found.parts.first(where: { $0.content == .privateParameters }) else {
            throw .missingPart("private parameters of instance \(instance)")
        }
        if !found.parts.contains(where: { $0.content == .sharedParameters && $0.instance == instance }) {
            let anchors = try PrivateParameters(reading: privatePart.bytes).anchors
            guard let anchor = anchors.first(where: { $0.instance == instance }) else {
                throw .missingPart("shared parameters of instance \(instance)")
            }
            let detached = ConfigurationSources(anchor: anchor, lastGood: nil, preferred: nil)
            let shared = try await firstUsable(detached, of: instance)
            found.parts += shared.parts.filter { $0.content == .sharedParameters }
            found.directories += shared.directories
        }
        let bundle = try ConfigurationBundle(instance: instance, parts: found.parts, directories: found.directories)
        return Result(bundle: bundle, url: found.url)
    }

    private struct Found {
        let url: String
        var parts: [ConfigurationPart]
        var directories: [[UInt8]]
    }

    private func firstUsable(
        _ sources: ConfigurationSources, of instance: String
    ) async throws(ConfigurationFailure) -> Found {
        var failures: [SourceFailure] = []
        for url in sources.urls {
            do {
                return try await parts(at: url, certificates: sources.certificates, of: instance)
            } catch {
                failures.append(SourceFailure(url: url, failure: error))
            }
        }
        throw .noUsableSource(failures)
    }

    private func parts(
        at text: String, certificates: [[UInt8]], of instance: String
    ) async throws(ConfigurationFailure) -> Found {
        guard let url = SourceURL(text) else { throw .unreachable(url: text, reason: "not an http or https URL") }
        let (location, download) = try await directory(at: url)
        let directory = try SignedDirectory.verified(download, certificates: certificates, at: instant, limits: limits)
        var parts: [ConfigurationPart] = []
        var remaining = limits.totalBytes
        for entry in directory.entries {
            guard let content = entry.content, let described = entry.instance else { continue }
            switch content {
            case .privateParameters:
                guard described == instance else { throw .wrongInstance(expected: instance, found: described) }
            case .sharedParameters: break
            case .other: continue
            }
            let bytes = try await file(
                entry, content, of: described, base: location, maximumBytes: min(limits.partBytes, remaining))
            remaining -= bytes.count
            parts.append(
                ConfigurationPart(
                    content: content, instance: described, version: directory.version, expires: directory.expires, bytes: bytes))
        }
        return Found(url: text, parts: parts, directories: [download])
    }

    /// Asks for the current version first, then for older ones while the source does not have them (PR-GCONF 2.7).
    private func directory(at url: SourceURL) async throws(ConfigurationFailure) -> (SourceURL, [UInt8]) {
        for version in (ConfigurationVersion.readable.lowerBound...ConfigurationVersion.current).reversed() {
            let versioned = url.asking(version: version)
            if let download = try await fetching.fetch(versioned.description, maximumBytes: limits.directoryBytes) {
                return (versioned, download)
            }
        }
        throw .notOffered(url: url.description)
    }

    private func file(
        _ entry: SignedDirectory.Entry, _ content: ContentIdentifier, of instance: String, base: SourceURL,
        maximumBytes: Int
    ) async throws(ConfigurationFailure) -> [UInt8] {
        if let known = lastGood?.part(content, of: instance)?.bytes, known.count <= maximumBytes,
            (try? entry.verify(known)) != nil
        {
            return known
        }
        let url = try base.resolving(entry.location).description
        guard let file = try await fetching.fetch(url, maximumBytes: maximumBytes) else { throw .notOffered(url: url) }
        guard file.count <= maximumBytes else { throw .tooLarge(entry.location) }
        try entry.verify(file)
        return file
    }
}
