/// Upper bounds on what a configuration source may send. An instance with 10,000 members has shared parameters of about 6 MiB.
package struct ConfigurationLimits: Sendable {
    package var directoryBytes = 1 << 20
    package var directoryEntries = 64
    package var headerLines = 32
    package var headerBytes = 8192
    package var partBytes = 32 << 20
    /// All files of one directory together.
    package var totalBytes = 64 << 20

    package static let standard = ConfigurationLimits()
}
