import GlobalConfiguration
import PKI
import XRoadModel

/// The private and shared parameters of a registry, encoded.
struct PublishedFiles: Sendable {
    let instance: String
    let byPath: [String: [UInt8]]
    private let entries: [SignedDirectory.Entry]

    init(_ registry: Registry, signedWith certificate: Certificate) throws(RegistryFailure) {
        var shared = registry.shared
        // One key for both kinds of source: version 5 of older X-Road schemas demands both certificates.
        shared.sources = [
            PublishedSource(
                address: registry.address, internalVerificationCertificates: [certificate.der],
                externalVerificationCertificates: [certificate.der])
        ]
        let sharedFile: [UInt8]
        do {
            sharedFile = try shared.encoded()
        } catch {
            throw .notEncodable(error)
        }
        let files = [
            (ContentIdentifier.privateParameters, "private-params.xml", registry.privateParameters.encoded()),
            (ContentIdentifier.sharedParameters, "shared-params.xml", sharedFile),
        ]
        var byPath: [String: [UInt8]] = [:]
        var entries: [SignedDirectory.Entry] = []
        for (content, name, bytes) in files {
            let folder = Hexadecimal.encode(Array(DigestAlgorithm.sha256.digest(bytes).prefix(16)))
            let path = "/V\(ConfigurationVersion.current)/\(folder)/\(name)"
            byPath[path] = bytes
            entries.append(
                SignedDirectory.Entry(
                    content: content, instance: registry.instance, location: path, hashAlgorithm: .sha512,
                    hash: DigestAlgorithm.sha512.digest(bytes)))
        }
        instance = registry.instance
        self.byPath = byPath
        self.entries = entries
    }

    func directory(until expires: Instant, key: PrivateKey, certificate: Certificate) throws(RegistryFailure) -> [UInt8] {
        let directory = SignedDirectory(expires: expires, version: ConfigurationVersion.current, entries: entries)
        do {
            return try directory.signed(with: key, certificate: certificate)
        } catch {
            throw .notEncodable(error)
        }
    }
}
