/// How a log reaches a witness.
package protocol WitnessTransport: Sendable {
    /// `POST` of the body to the witness's submission prefix and `/add-checkpoint`; fails where no answer comes.
    func addCheckpoint(_ body: [UInt8], to prefix: String) async throws(MessageLogFailure) -> WitnessAnswer
}

/// A witness as a log knows it.
package struct KnownWitness: Hashable, Sendable {
    /// Submission prefix, without a slash at the end.
    package let url: String
    package let key: NoteVerifierKey

    package init(url: String, key: NoteVerifierKey) {
        self.url = url
        self.key = key
    }
}

/// What came of sending a checkpoint to a witness.
package enum WitnessOutcome: Hashable, Sendable {
    case cosigned(VerifiedNoteSignature)
    /// The witness has cosigned a larger tree of this log than the log has: entries were lost.
    case logRolledBack(witnessed: Int64)
    /// The witness has cosigned a tree that this one does not begin with: entries were changed.
    case logRewritten(reason: String)
    /// It does not know the log or its key, or does not understand us.
    case refused(status: Int, reason: String)
    case unreachable(reason: String)
}

/// The log's side of C2SP tlog-witness, towards one witness.
package actor WitnessClient<Tree: TreeReading & Sendable> {
    package nonisolated let witness: KnownWitness
    private let tree: Tree
    private let transport: any WitnessTransport
    /// The size that the witness has cosigned last, as far as it was told here.
    private var cosignedSize: Int64 = 0
    private static var maximumReasonBytes: Int { 256 }

    package init(witness: KnownWitness, tree: Tree, transport: any WitnessTransport) {
        self.witness = witness
        self.tree = tree
        self.transport = transport
    }

    /// Sends a checkpoint, with the proof from whatever the witness has. Fails where the log's own tree cannot be read.
    package func send(_ checkpoint: SignedCheckpoint) async throws(MessageLogFailure) -> WitnessOutcome {
        let size = checkpoint.checkpoint.size
        var answer = WitnessAnswer.refusal(0, "")
        // The second time with the size that the witness told; a third would mean that somebody else sends this log's checkpoints.
        for _ in 1...3 {
            let oldSize = min(cosignedSize, size)
            let proof = try TreeProofs(tree).consistency(from: oldSize, to: size)
            let request = WitnessRequest(oldSize: oldSize, proof: proof, checkpoint: checkpoint)
            do { answer = try await transport.addCheckpoint(request.encoded, to: witness.url) } catch {
                return .unreachable(reason: "\(error)")
            }
            guard answer.status == 409, let witnessed = Self.size(in: answer) else { break }
            guard witnessed <= size else { return .logRolledBack(witnessed: witnessed) }
            cosignedSize = witnessed
        }
        switch answer.status {
        case 200: return try accept(answer, checkpoint)
        case 422: return .logRewritten(reason: Self.reason(in: answer))
        default: return .refused(status: answer.status, reason: Self.reason(in: answer))
        }
    }

    private func accept(_ answer: WitnessAnswer, _ checkpoint: SignedCheckpoint) throws(MessageLogFailure) -> WitnessOutcome {
        do throws(MessageLogFailure) {
            var lines: [NoteSignature] = []
            for line in try NoteText(answer.body).lines.prefix(SignedNote.maximumSignatures) {
                lines.append(try NoteSignature(line: line))
            }
            let verified = try SignedNote(text: checkpoint.note.text, signatures: lines).verified(by: [witness.key])
            cosignedSize = checkpoint.checkpoint.size
            return .cosigned(verified[0])
        } catch {
            return .refused(status: 200, reason: "its cosignature: \(error)")
        }
    }

    private static func size(in answer: WitnessAnswer) -> Int64? {
        guard answer.body.last == 0x0A else { return nil }
        return TreeNumber.parse(String(decoding: answer.body.dropLast(), as: UTF8.self))
    }

    /// The witness's words, for the log: bounded, without control characters.
    private static func reason(in answer: WitnessAnswer) -> String {
        let words = answer.body.prefix(maximumReasonBytes).map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        return String(decoding: words, as: UTF8.self)
    }
}
