import PKI
import XRoadModel

/// A log that a witness watches.
package struct WitnessedLog: Sendable {
    package let origin: NoteName
    /// Any of them may sign its checkpoints: an old and a new one while the log changes its key.
    package let keys: [NoteVerifierKey]

    package init(origin: NoteName, keys: [NoteVerifierKey]) {
        self.origin = origin
        self.keys = keys
    }
}

/// The witness's side of C2SP tlog-witness. It cosigns a checkpoint only where its log signed it and its tree begins with the tree of
/// the last one cosigned, and keeps what it cosigns before anybody gets the cosignature.
package struct Witness: Sendable {
    private let logs: [NoteName: WitnessedLog]
    private let signer: NoteSigner
    private let store: any WitnessStore

    package init(logs: [WitnessedLog], signer: NoteSigner, store: any WitnessStore) {
        self.logs = Dictionary(logs.map { ($0.origin, $0) }, uniquingKeysWith: { _, last in last })
        self.signer = signer
        self.store = store
    }

    /// The answer to `POST /add-checkpoint`. Fails where the witness itself cannot keep or sign.
    package func add(_ body: [UInt8], at now: Instant) async throws(MessageLogFailure) -> WitnessAnswer {
        let request: WitnessRequest
        do { request = try WitnessRequest(body) } catch { return .refusal(400, "\(error)") }
        let checkpoint = request.checkpoint.checkpoint
        guard let log = logs[checkpoint.origin] else { return .refusal(404, "log \(checkpoint.origin) is not watched here") }
        let signatures: [VerifiedNoteSignature]
        do { signatures = try request.checkpoint.note.verified(by: log.keys) } catch { return .refusal(403, "\(error)") }
        guard request.oldSize <= checkpoint.size else { return .refusal(400, "the old size is larger than the new one") }

        let latest = try await store.latest(of: log.origin)?.checkpoint
        let known = latest ?? Checkpoint(origin: log.origin, size: 0, root: MerkleTree.emptyRoot)
        guard request.oldSize == known.size else { return .conflict(size: known.size) }
        guard
            MerkleTree.verifyConsistency(
                from: known.size, to: checkpoint.size, proof: request.proof, fromRoot: known.root, toRoot: checkpoint.root)
        else { return .refusal(422, "the tree does not begin with the tree of \(known.size) leaves that was cosigned") }

        let cosignature = try signer.sign(request.checkpoint.note.text, at: now)
        var cosigned = SignedCheckpoint(verified: request.checkpoint, signatures: signatures.map(\.signature))
        cosigned.add([cosignature])
        // Dying before `save` returns: the log sends the checkpoint again, whether it was kept or not.
        guard try await store.save(cosigned, expectedSize: known.size, at: now) else {
            let size = try await store.latest(of: log.origin)?.checkpoint.size ?? 0
            return .conflict(size: size)
        }
        return WitnessAnswer(status: 200, contentType: "text/plain; charset=utf-8", text: cosignature.line + "\n")
    }

    /// The answer to `GET /HASH/checkpoint`; `hash` is the hexadecimal SHA-256 of the origin.
    package func checkpoint(ofOriginHash hash: String) async throws(MessageLogFailure) -> WitnessAnswer {
        let origin = logs.keys.first { Self.hash(of: $0).utf8.elementsEqual(hash.utf8) }
        guard let origin, let latest = try await store.latest(of: origin) else {
            return .refusal(404, "no checkpoint of that log was cosigned")
        }
        return WitnessAnswer(status: 200, contentType: "text/plain; charset=utf-8", body: latest.note.encoded)
    }

    /// How a log is named in the witness's paths.
    package static func hash(of origin: NoteName) -> String {
        Hexadecimal.encode(DigestAlgorithm.sha256.digest(Array(origin.text.utf8)))
    }
}

/// An HTTP response of a witness.
package struct WitnessAnswer: Hashable, Sendable {
    package let status: Int
    package let contentType: String
    package let body: [UInt8]

    /// Of the body of a conflict.
    package static let sizeMediaType = "text/x.tlog.size"

    package init(status: Int, contentType: String, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.body = body
    }

    init(status: Int, contentType: String, text: String) {
        self.init(status: status, contentType: contentType, body: Array(text.utf8))
    }

    package static func refusal(_ status: Int, _ reason: String) -> WitnessAnswer {
        WitnessAnswer(status: status, contentType: "text/plain; charset=utf-8", text: reason + "\n")
    }

    static func conflict(size: Int64) -> WitnessAnswer {
        WitnessAnswer(status: 409, contentType: sizeMediaType, text: "\(size)\n")
    }
}
