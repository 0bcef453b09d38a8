/// Namespaces and reference types of signed documents.
enum XMLNamespace {
    static let signature = "http://www.w3.org/2000/09/xmldsig#"
    static let xades = "http://uri.etsi.org/01903/v1.3.2#"
    static let hashChain = "http://cyber.ee/hashchain"
    static let schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"
    /// Of `asic:XAdESSignatures`, as X-Road writes it.
    static let container = "http://uri.etsi.org/02918/v1.2.1#"
    /// As X-Road wrote it up to 2014.
    static let formerContainer = "http://uri.etsi.org/02918/v1.1.1#"
    /// Of `asic:ASiCManifest`. X-Road's spelling lacks the zero of ETSI's.
    static let containerManifest = "http://uri.etsi.org/2918/v1.2.1#"
    static let openDocumentManifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"

    /// The `Type` of the reference to the signed properties (EN 319 132-1 4.4.2).
    static let signedPropertiesType = "http://uri.etsi.org/01903#SignedProperties"
}
