import PKI
import XRoadModel

/// One file of a configuration.
package struct ConfigurationPart: Sendable, Equatable {
    package let content: ContentIdentifier
    /// The instance it describes.
    package let instance: String
    package let version: Int
    /// End of validity, from the signed directory that listed it last.
    package let expires: Instant
    package let bytes: [UInt8]

    package init(content: ContentIdentifier, instance: String, version: Int, expires: Instant, bytes: [UInt8]) {
        self.content = content
        self.instance = instance
        self.version = version
        self.expires = expires
        self.bytes = bytes
    }
}

/// The files that together are the configuration of one instance, and of those that it is federated with, at one time.
package struct ConfigurationBundle: Sendable, Equatable {
    /// The instance that the security server belongs to.
    package let instance: String
    package let parts: [ConfigurationPart]
    /// The signed directories as downloaded last, so that whoever gets the bundle as evidence can verify it again.
    package let directories: [[UInt8]]
    /// Those that the same content was downloaded with first, where its source has signed it anew since: the key may have changed.
    package let firstDirectories: [[UInt8]]
    package let hash: ConfigurationHash

    package init(
        instance: String, parts: [ConfigurationPart], directories: [[UInt8]], firstDirectories: [[UInt8]] = []
    ) throws(ConfigurationFailure) {
        for (index, part) in parts.enumerated()
        where parts[..<index].contains(where: { $0.content == part.content && $0.instance == part.instance }) {
            throw .duplicatePart("\(part.content.name) of \(part.instance)")
        }
        self.instance = instance
        self.parts = parts
        self.directories = directories
        self.firstDirectories = firstDirectories
        hash = ConfigurationHash(instance: instance, parts: parts)
    }

    /// Where it came from first makes no difference.
    package static func == (left: ConfigurationBundle, right: ConfigurationBundle) -> Bool {
        left.instance == right.instance && left.parts == right.parts && left.directories == right.directories
    }

    package func part(_ content: ContentIdentifier, of instance: String) -> ConfigurationPart? {
        parts.first { $0.content == content && $0.instance == instance }
    }

    /// When the instance's own parts expire. A federated instance that expires earlier takes only itself out of use.
    package var expires: Instant {
        parts.filter { $0.instance == instance }.map(\.expires).min() ?? Instant(millisecondsSince1970: 0)
    }
}

/// Identity of a configuration: SHA-256 over instance, kind, version and content of all parts, in a fixed order. It stays the
/// same while the central server only signs the same parts anew.
package struct ConfigurationHash: Hashable, Sendable {
    package let bytes: [UInt8]

    init(instance: String, parts: [ConfigurationPart]) {
        var digest = StreamingDigest(.sha256)
        digest.update(Array("\(instance)\0".utf8))
        let keyed = parts.map { (key: "\($0.content.name)\0\($0.instance)\0\($0.version)\0", bytes: $0.bytes) }
        for part in keyed.sorted(by: { $0.key < $1.key }) {
            digest.update(Array(part.key.utf8))
            digest.update(DigestAlgorithm.sha256.digest(part.bytes))
        }
        bytes = digest.finish()
    }

    /// From 64 lower-case hexadecimal digits.
    package init?(hexadecimal text: String) {
        guard let bytes = Hexadecimal.decode(text), bytes.count == DigestAlgorithm.sha256.length,
            Hexadecimal.encode(bytes) == text
        else { return nil }
        self.bytes = bytes
    }
}

extension ConfigurationHash: CustomStringConvertible {
    package var description: String { Hexadecimal.encode(bytes) }
}
