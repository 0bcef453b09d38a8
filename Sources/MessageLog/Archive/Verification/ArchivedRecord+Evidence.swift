import SignedDocuments
import XRoadModel

/// What of an archived record a verifier of signed records is to judge.
package enum ArchivedEvidence: Sendable {
    /// The problem is what the vault's key shows to be wrong with the content.
    case record(SignedRecord, problem: String?)
    /// Nothing of the signature can be read. The note says why.
    case nothingLeft(note: String)
    /// An event: it has no signature, the leaf is all of it.
    case event
}

extension ArchivedRecord {
    private static let sealedNote = "erased or sealed: it cannot be read without the vault of the log"
    private static let erasedNote = "erased: its key is destroyed"

    /// - Parameter keys: the vault; nil leaves contents sealed.
    package func evidence(_ keys: (any RecordKeyReading)?) -> ArchivedEvidence {
        if leafHash != nil { return .nothingLeft(note: "erased before it was archived: only the hash of its leaf is left") }
        guard leaf?.kind != .event else { return .event }
        guard let keys else { return unopened(note: Self.sealedNote) }
        do throws(MessageLogFailure) {
            return .record(opened(try open(with: keys)), problem: nil)
        } catch .keyDestroyed {
            return unopened(note: Self.erasedNote)
        } catch {
            let problem = "it does not open with the key of the vault: \(error)"
            guard case .record(let record, _) = unopened(note: problem) else { return .nothingLeft(note: problem) }
            return .record(record, problem: problem)
        }
    }

    private func unopened(note: String) -> ArchivedEvidence {
        guard let signature else { return .nothingLeft(note: "signature and content: \(note)") }
        let attachments = leaf?.all("attachment").count ?? 0
        return .record(
            SignedRecord(
                message: .erased(note: note),
                attachments: Dictionary(uniqueKeysWithValues: (0..<attachments).map { ($0 + 1, .erased(note: note)) }),
                signature: SignatureData(signature: signature, hashChain: hashChain), timestamp: timestamp.map { .batch($0) },
                sender: sender), problem: nil)
    }

    private func opened(_ logged: LoggedRecord) -> SignedRecord {
        let record = logged.record
        var attachments: [Int: RecordPart] = [:]
        for (index, body) in record.attachments.enumerated() {
            switch body {
            case .inline(let bytes): attachments[index + 1] = .content(bytes)
            case .digest(let digest, _):
                attachments[index + 1] =
                    openedFiles[index + 1].map { .digested($0.digests, byteCount: $0.byteCount) }
                    ?? .digestOnly([.sha512: digest])
            case .contentFile: break
            }
        }
        return SignedRecord(
            message: logged.messagePartDigest.map { .digestOnly([.sha512: $0]) } ?? .content(record.messagePart),
            attachments: attachments, signature: record.signature, timestamp: logged.timestamp.map { .batch($0) }, sender: sender)
    }

    /// Who must have signed: the client a request, the provider a response.
    private var sender: MemberIdentifier? {
        leaf?.entry.map { $0.direction == .request ? $0.client.member : $0.service.provider.member }
    }
}
