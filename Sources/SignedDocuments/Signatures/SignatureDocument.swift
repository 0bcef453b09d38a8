import PKI
import XML

/// A signature document inside the closed profile: one `ds:Signature` at its place, whose every element that is signed or used
/// stands where the grammar has it, and whose ids are unique. What is read is therefore what was digested.
struct SignatureDocument: Sendable {
    let information: SignedInformation
    let properties: QualifyingProperties
    let certificate: Certificate
    let value: [UInt8]
    private let canonicalInformation: [UInt8]
    private let canonicalProperties: [UInt8]

    init(parsing bytes: [UInt8]) throws(SignedDocumentFailure) {
        let document: XMLDocument
        do { document = try XMLDocument(parsing: bytes) } catch { throw .invalidXML("\(error)") }
        try Self.checkMarkup(document)
        let signature = try Self.signature(of: document.root)
        try Self.checkTree(document.root)
        let children = signature.children
        guard children.count == 4, let id = signature.attribute("Id") else {
            throw .malformedSignature("the signature has no id or other elements than the four it needs")
        }
        information = try SignedInformation(children[0])
        guard children[1].isSignature("SignatureValue"), let value = children[1].base64, (1...2048).contains(value.count) else {
            throw .malformedSignature("no signature value in base64")
        }
        self.value = value
        certificate = try Self.certificate(children[2])
        let (signed, unsigned) = try QualifyingProperties.elements(of: children[3], signatureId: id, information)
        properties = try QualifyingProperties(signed: signed, unsigned: unsigned, information)
        do {
            canonicalInformation = try document.canonical(children[0], information.canonicalization)
            canonicalProperties = try document.canonical(
                signed, information.signedProperties.canonicalization ?? .inclusive)
        } catch { throw .malformedSignature("\(error)") }
    }

    /// Whether the certificate's key made the signature value over `SignedInfo`, and `SignedInfo` covers the signed properties.
    func checkValue() throws(SignedDocumentFailure) {
        let reference = information.signedProperties
        guard reference.algorithm.digest(canonicalProperties) == reference.digest else {
            throw .digestMismatch("the signed properties")
        }
        guard certificate.publicKey.verifies(value, of: canonicalInformation, algorithm: information.algorithm) else {
            throw .invalidSignatureValue("it was not made by the key of \(certificate.subject)")
        }
    }

    /// Whether the signed properties name the certificate whose key was used.
    func checkCertificate() throws(SignedDocumentFailure) {
        let (algorithm, digest) = properties.certificateDigest
        guard certificate.digest(algorithm) == digest,
            properties.certificateSerialNumber == nil || properties.certificateSerialNumber == certificate.serialNumber
        else { throw .incorrectCertificate("the signed properties name another certificate than KeyInfo holds") }
        if case .rsa(let bits) = certificate.publicKey.kind, bits < 2048 {
            throw .incorrectCertificate("an RSA key of \(bits) bits")
        }
    }

    /// No comments, CDATA sections or processing instructions: nothing that a canonical form drops or changes may split a value.
    private static func checkMarkup(_ document: XMLDocument) throws(SignedDocumentFailure) {
        guard document.encoding == .utf8 else { throw .malformedSignature("it is not in UTF-8") }
        let source = document.source
        let declaration = source.starts(with: "<?xml".utf8) ? 1 : 0
        var instructions = 0
        for index in source.indices.dropLast() where source[index] == UInt8(ascii: "<") {
            switch source[index + 1] {
            case UInt8(ascii: "!"): throw .malformedSignature("a comment or CDATA section")
            case UInt8(ascii: "?"): instructions += 1
            default: continue
            }
        }
        guard instructions == declaration else { throw .malformedSignature("a processing instruction") }
    }

    /// `asic:XAdESSignatures` with one signature, or the signature alone, as later versions write it.
    private static func signature(of root: XMLElement) throws(SignedDocumentFailure) -> XMLElement {
        if root.isSignature("Signature") { return root }
        let isList = [XMLNamespace.container, XMLNamespace.formerContainer].contains { root.named("XAdESSignatures", $0) }
        guard isList, root.children.count == 1, root.children[0].isSignature("Signature") else {
            throw .malformedSignature("not exactly one signature at its place")
        }
        return root.children[0]
    }

    /// One signature in the whole tree; every id is an `Id` without a namespace, and unique.
    private static func checkTree(_ root: XMLElement) throws(SignedDocumentFailure) {
        var signatures = 0
        var ids: Set<String> = []
        var open = [root]
        while let element = open.popLast() {
            if element.isSignature("Signature") { signatures += 1 }
            for attribute in element.attributes where attribute.name.lowercased() == "id" {
                guard attribute.name == "Id", attribute.namespace == nil, ids.insert(attribute.value).inserted else {
                    throw .malformedSignature("an id that is not unique or not spelt Id")
                }
            }
            open += element.children
        }
        guard signatures == 1 else { throw .malformedSignature("\(signatures) signatures") }
    }

    /// The signing certificate alone: intermediate ones have their place in the unsigned properties.
    private static func certificate(_ keyInformation: XMLElement) throws(SignedDocumentFailure) -> Certificate {
        guard keyInformation.isSignature("KeyInfo"), keyInformation.children.count == 1, let data = keyInformation.children.first,
            data.isSignature("X509Data"), data.children.count == 1, let holder = data.children.first,
            holder.isSignature("X509Certificate"), let der = holder.base64
        else { throw .malformedSignature("KeyInfo is not exactly one certificate") }
        do { return try Certificate.parsed(der: der) } catch { throw .malformedSignature("signing certificate: \("\(error)")") }
    }
}
