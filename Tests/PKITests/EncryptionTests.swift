import PKI
import Testing

@Suite struct EncryptionTests {
    /// Test case 16 of "The Galois/Counter Mode of Operation" (McGrew, Viega).
    @Test func knownAnswer() throws {
        let key = try #require(Hexadecimal.decode("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"))
        let nonce = try #require(Hexadecimal.decode("cafebabefacedbaddecaf888"))
        let aad = try #require(Hexadecimal.decode("feedfacedeadbeeffeedfacedeadbeefabaddad2"))
        let plain = try #require(
            Hexadecimal.decode(
                "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
            ))
        let sealed = try AuthenticatedEncryption.seal(plain, key: key, nonce: nonce, aad: aad)
        #expect(
            Hexadecimal.encode(sealed)
                == "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b")
        #expect(try AuthenticatedEncryption.open(sealed, key: key, nonce: nonce, aad: aad) == plain)
    }

    @Test func everyChangeIsNoticed() throws {
        let key = Randomness.bytes(32)
        let nonce = Randomness.bytes(12)
        let sealed = try AuthenticatedEncryption.seal([1, 2, 3], key: key, nonce: nonce, aad: [9])
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(try AuthenticatedEncryption.open(changed, key: key, nonce: nonce, aad: [9]) == nil)
        }
        #expect(try AuthenticatedEncryption.open(sealed, key: key, nonce: nonce) == nil)
        #expect(try AuthenticatedEncryption.open(sealed, key: Randomness.bytes(32), nonce: nonce, aad: [9]) == nil)
        #expect(try AuthenticatedEncryption.open([1], key: key, nonce: nonce) == nil)
        #expect(throws: PKIFailure.self) { try AuthenticatedEncryption.seal([1], key: [1], nonce: nonce) }
        #expect(throws: PKIFailure.self) { try AuthenticatedEncryption.seal([1], key: key, nonce: [1]) }
    }

    @Test func nothingCanBeSealed() throws {
        let key = Randomness.bytes(32)
        let sealed = try AuthenticatedEncryption.seal([], key: key, nonce: [UInt8](repeating: 0, count: 12))
        #expect(sealed.count == AuthenticatedEncryption.tagLength)
        #expect(try AuthenticatedEncryption.open(sealed, key: key, nonce: [UInt8](repeating: 0, count: 12)) == [])
    }

    @Test func randomBytesDiffer() {
        #expect(Randomness.bytes(32).count == 32)
        #expect(Randomness.bytes(32) != Randomness.bytes(32))
        #expect(Randomness.bytes(0).isEmpty)
    }
}
