/// The entries of X-Road's ASiC-E containers (PR-MESSTRANSP annex, UG-SIGDOC).
package enum ContainerEntryName {
    package static let mimetype = "mimetype"
    package static let message = "message.xml"
    package static let signature = "META-INF/signatures.xml"
    package static let signatureHashChainResult = "sig-hashchainresult.xml"
    package static let signatureHashChain = "sig-hashchain.xml"
    package static let timestampHashChainResult = "ts-hashchainresult.xml"
    package static let timestampHashChain = "ts-hashchain.xml"
    package static let manifest = "META-INF/manifest.xml"
    package static let timestampManifest = "META-INF/ASiCManifest.xml"
    package static let timestamp = "META-INF/timestamp.tst"

    /// The content of `mimetype`.
    package static let containerType = "application/vnd.etsi.asic-e+zip"

    /// Attachments are numbered from 1; of a REST message the body is the first.
    package static func attachment(_ number: Int) -> String { "attachment\(number)" }

    /// Archives that X-Road's own writer has not written may have the folder as an entry.
    private static let folder = "META-INF/"

    /// All but attachments.
    static let fixed: Set<String> = [
        mimetype, message, signature, signatureHashChainResult, signatureHashChain, timestampHashChainResult, timestampHashChain,
        manifest, timestampManifest, timestamp, folder,
    ]
}
