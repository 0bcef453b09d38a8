import PKI
import XRoadModel

/// The key that wraps the data keys of one member's records. A member has a new one after each rotation.
package struct MemberKey: Sendable {
    package let number: Int64
    package let member: MemberIdentifier
    private let secret: SecretBytes

    /// Bytes of a wrapped data key.
    package static let wrappedLength =
        AuthenticatedEncryption.nonceLength + AuthenticatedEncryption.keyLength + AuthenticatedEncryption.tagLength

    init(number: Int64, member: MemberIdentifier, secret: SecretBytes) {
        self.number = number
        self.member = member
        self.secret = secret
    }

    package static func make(number: Int64, member: MemberIdentifier) -> MemberKey {
        MemberKey(number: number, member: member, secret: .random(AuthenticatedEncryption.keyLength))
    }

    /// Bound to the data key's number, so that wrapped keys cannot change places.
    package func wrap(_ key: RecordKey) throws(MessageLogFailure) -> [UInt8] {
        try secret.withBytes { secret throws(MessageLogFailure) in
            try key.withBytes { bytes throws(MessageLogFailure) in
                try SealedKey.seal(bytes, under: secret, aad: Self.additionalData(key.number))
            }
        }
    }

    /// Nil where this key did not wrap it as `number`.
    package func unwrap(_ wrapped: [UInt8], number: Int64) throws(MessageLogFailure) -> RecordKey? {
        let opened = try secret.withBytes { secret throws(MessageLogFailure) in
            try SealedKey.open(wrapped, under: secret, aad: Self.additionalData(number))
        }
        return opened.map { RecordKey(number: number, opened: $0) }
    }

    private static func additionalData(_ number: Int64) -> [UInt8] {
        Array("ura record key 1".utf8) + SealedKey.bigEndian(number)
    }

    /// Sealed under the key of the server's passphrase.
    package func sealed(under passphraseKey: PassphraseKey) throws(MessageLogFailure) -> [UInt8] {
        try secret.withBytes { secret throws(MessageLogFailure) in
            try passphraseKey.seal(secret, as: Self.name(number: number, member: member))
        }
    }

    /// Nil where it was not sealed for this number and member.
    package init?(
        sealed: [UInt8], number: Int64, member: MemberIdentifier, under passphraseKey: PassphraseKey
    ) throws(MessageLogFailure) {
        guard let secret = try passphraseKey.open(sealed, as: Self.name(number: number, member: member)) else { return nil }
        self.init(number: number, member: member, secret: secret)
    }

    private static func name(number: Int64, member: MemberIdentifier) -> [UInt8] {
        var text = LeafText()
        text.line("member", codes: member.codes)
        return Array("ura member key 1".utf8) + SealedKey.bigEndian(number) + text.bytes
    }
}
