import PKI
import XRoadModel

/// A key that signs notes under its name.
package struct NoteSigner: Sendable {
    package let verifierKey: NoteVerifierKey
    private let key: Ed25519PrivateKey

    package init(name: NoteName, kind: NoteVerifierKey.Kind, key: Ed25519PrivateKey) {
        verifierKey = NoteVerifierKey(name: name, kind: kind, publicKey: key.publicKey)
        self.key = key
    }

    /// A line to stand under `text`; the time goes into cosignatures only.
    package func sign(_ text: NoteText, at time: Instant) throws(MessageLogFailure) -> NoteSignature {
        let bytes: [UInt8]
        do {
            switch verifierKey.kind {
            case .note: bytes = try key.sign(text.bytes)
            case .cosignature:
                let seconds = max(1, time.millisecondsSince1970 / 1000)
                let message = Cosignature.message(text, secondsSince1970: seconds)
                bytes = Cosignature(secondsSince1970: seconds, signature: try key.sign(message)).encoded
            }
        } catch {
            throw .signingFailed(key: verifierKey.name.text, reason: "\(error)")
        }
        return NoteSignature(name: verifierKey.name, keyIdentifier: verifierKey.identifier, bytes: bytes)
    }
}
