import PKI
import XRoadModel

/// The list of a configuration's files with their hashes, signed by the configuration source (PR-GCONF 2.3, 2.4).
package struct SignedDirectory: Sendable, Equatable {
    /// End of validity of the directory and of all that it lists.
    package let expires: Instant
    package let version: Int
    package let entries: [Entry]

    package struct Entry: Sendable, Equatable {
        /// Nil where the source gives the part no type.
        package let content: ContentIdentifier?
        /// The instance that the part describes; always present for private and shared parameters.
        package let instance: String?
        /// URL of the file, absolute or relative to the directory's.
        package let location: String
        package let hashAlgorithm: DigestAlgorithm
        package let hash: [UInt8]

        package init(
            content: ContentIdentifier?, instance: String?, location: String, hashAlgorithm: DigestAlgorithm, hash: [UInt8]
        ) {
            self.content = content
            self.instance = instance
            self.location = location
            self.hashAlgorithm = hashAlgorithm
            self.hash = hash
        }
    }

    package init(expires: Instant, version: Int, entries: [Entry]) {
        self.expires = expires
        self.version = version
        self.entries = entries
    }
}

extension SignedDirectory.Entry {
    /// Checks a downloaded file against the directory (PR-GCONF 2.6 step 4b).
    package func verify(_ file: [UInt8]) throws(ConfigurationFailure) {
        guard hashAlgorithm.digest(file) == hash else { throw .partAltered(location) }
    }
}
