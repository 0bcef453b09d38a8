import PKI
import XML

extension SignedContainer.Timestamp {
    /// `META-INF/ASiCManifest.xml`.
    package var manifest: [UInt8] { ContainerManifest.timestamp(of: self) }
}

/// The two manifests of a container, in X-Road's shape.
enum ContainerManifest {
    /// `META-INF/manifest.xml`: what the container holds outside META-INF (OpenDocument 1.2 part 3).
    static func openDocument(of container: SignedContainer) -> [UInt8] {
        var files = [("/", ContainerEntryName.containerType), (ContainerEntryName.message, "text/xml")]
        if container.signature.hashChain != nil {
            files += [ContainerEntryName.signatureHashChainResult, ContainerEntryName.signatureHashChain].map { ($0, "text/xml") }
        }
        if container.timestamp != nil {
            files += [ContainerEntryName.timestampHashChainResult, ContainerEntryName.timestampHashChain].map { ($0, "text/xml") }
        }
        files += container.attachments.keys.sorted().map { (ContainerEntryName.attachment($0), "application/octet-stream") }
        let entries = files.map { name, type in
            "    <manifest:file-entry manifest:media-type=\"\(type)\" manifest:full-path=\"\(name)\"/>\n"
        }
        return Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <manifest:manifest xmlns:manifest="\(XMLNamespace.openDocumentManifest)" manifest:version="1.2">
            \(entries.joined())</manifest:manifest>

            """.utf8)
    }

    /// `META-INF/ASiCManifest.xml`: that the token stamps the result of the time-stamp's hash chain.
    static func timestamp(of timestamp: SignedContainer.Timestamp) -> [UInt8] {
        let digest = DigestAlgorithm.sha512
        return Array(
            """
            <?xml version="1.0" encoding="utf-8"?>
            <asic:ASiCManifest xmlns:asic="\(XMLNamespace.containerManifest)" xmlns:ds="\(XMLNamespace.signature)">
            <asic:SigReference URI="\(ContainerEntryName.timestamp)" MimeType="vnd.etsi.timestamp-token"/>
            <asic:DataObjectReference URI="\(ContainerEntryName.timestampHashChainResult)" MimeType="text/xml">
            <ds:DigestMethod Algorithm="\(digest.uri)" />
            <ds:DigestValue>\(Base64.encode(digest.digest(timestamp.hashChain.result)))</ds:DigestValue>
            </asic:DataObjectReference>
            </asic:ASiCManifest>
            """.utf8)
    }

    /// The digest that a container's time-stamp manifest gives for the result of the time-stamp's hash chain.
    static func stampedDigest(
        in manifest: [UInt8]
    ) throws(SignedDocumentFailure) -> (algorithm: DigestAlgorithm, digest: [UInt8]) {
        let document: XMLDocument
        do { document = try XMLDocument(parsing: manifest) } catch { throw .invalidXML("\(error)") }
        let children = document.root.children
        guard document.root.named("ASiCManifest", XMLNamespace.containerManifest), children.count == 2,
            children[0].named("SigReference", XMLNamespace.containerManifest),
            children[0].attribute("URI") == ContainerEntryName.timestamp,
            children[1].named("DataObjectReference", XMLNamespace.containerManifest),
            children[1].attribute("URI") == ContainerEntryName.timestampHashChainResult, children[1].children.count == 2
        else { throw .malformedContainer("\(ContainerEntryName.timestampManifest) is not about the time-stamp") }
        return try AllowedDigest.digest(children[1].children[0], children[1].children[1])
    }
}
