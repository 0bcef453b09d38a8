import Foundation
import MessageLog
import PKI
import TestSupport
import Testing
import XRoadModel

/// Keys of tests, and the log and witness that they belong to.
struct TestKeys {
    let log: NoteSigner
    let witness: NoteSigner
    static let time = Instant(secondsSince1970: 1_790_000_000)

    init(origin: String = "log.example/1") throws {
        log = NoteSigner(name: try #require(NoteName(origin) as NoteName?), kind: .note, key: try .generate())
        witness = NoteSigner(name: try #require(NoteName("witness.example/w1")), kind: .cosignature, key: try .generate())
    }

    func checkpoint(_ size: Int64, root: TreeHash = MerkleTree.emptyRoot) throws -> SignedCheckpoint {
        try SignedCheckpoint(
            Checkpoint(origin: log.verifierKey.name, size: size, root: root), signer: log, at: Self.time)
    }
}

/// What `openssl` says of an Ed25519 signature.
func opensslVerifies(_ signature: [UInt8], of message: [UInt8], key: Ed25519PublicKey) throws -> Bool {
    let folder = try TemporaryFolder()
    // SubjectPublicKeyInfo (RFC 8410 4): the algorithm, then the bits of the key.
    let information: [UInt8] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00] + key.bytes
    let keyFile = try folder.write("key.der", information)
    let messageFile = try folder.write("message", message)
    let signatureFile = try folder.write("signature", signature)
    let result = try runTool(
        "openssl",
        [
            "pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", keyFile.path, "-rawin", "-in", messageFile.path,
            "-sigfile",
            signatureFile.path,
        ])
    return result.status == 0 && result.text.contains("Signature Verified Successfully")
}
