import XRoadModel

/// The places to download from, in the order to try them, and the certificates to verify with.
struct ConfigurationSources: Equatable {
    let urls: [String]
    /// DER.
    let certificates: [[UInt8]]

    /// The anchor's sources come first, then the central server nodes that the last good configuration names: nodes and signing
    /// keys can be added there without a new anchor. The source that served last leads.
    init(anchor: ConfigurationAnchor, lastGood: SharedParameters?, preferred: String?) {
        let pinned = anchor.sources.map(\.downloadURL)
        var urls = pinned
        var certificates = anchor.sources.flatMap(\.verificationCertificates)
        let directory = pinned.first.flatMap(SourceURL.init)?.path.split(separator: "/").last.map(String.init)
        if let lastGood, lastGood.instance == anchor.instance, let directory {
            for source in lastGood.sources {
                urls.append("http://\(source.address)/\(directory)")
                certificates +=
                    directory == "externalconf"
                    ? source.externalVerificationCertificates : source.internalVerificationCertificates
            }
        }
        if let preferred, urls.contains(preferred) { urls.insert(preferred, at: 0) }
        self.urls = urls.distinct
        self.certificates = certificates.distinct
    }
}

extension Array where Element: Hashable {
    fileprivate var distinct: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
