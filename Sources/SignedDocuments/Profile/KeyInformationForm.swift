import PKI
import XML

/// Rule: `KeyInfo` is the signing certificate and nothing else. It is a hint: what makes it the signer's are the signed properties,
/// which name it, and the global configuration, which approves its authority. Intermediate certificates have their place in the
/// unsigned properties.
enum KeyInformationForm {
    static func certificate(in keyInformation: XMLElement) throws(SignedDocumentFailure) -> Certificate {
        guard keyInformation.isSignature("KeyInfo"), keyInformation.children.count == 1, let data = keyInformation.children.first,
            data.isSignature("X509Data"), data.children.count == 1, let holder = data.children.first,
            holder.isSignature("X509Certificate"), let der = holder.base64
        else { throw .malformedSignature("KeyInfo is not exactly one certificate") }
        do { return try Certificate.parsed(der: der) } catch {
            if case .unacceptableKey(let reason) = error { throw .cryptographicConstraint("the signing key: \(reason)") }
            throw .malformedSignature("signing certificate: \("\(error)")")
        }
    }
}
