import MessageLog
import PKI
import SignedDocuments
import XRoadModel

/// A log whose entries follow from their numbers alone, however many there are. Every 50th is an event, every 7th seals its signature,
/// every 3rd has a hash chain, every 10th an attachment and every 100th a content file.
package struct SampleEntries: ArchiveSource {
    package var count: Int64
    package var clients: [ClientIdentifier]
    package var messageBytes = 1500
    package var fileBytes = 150_000
    package var configuration: [UInt8] = []
    /// Fails at these.
    package var unreadable: Set<Int64> = []
    /// Stored parts that are no longer what they were.
    package var damaged: Set<Int64> = []
    /// Erased so that not even the leaf is left.
    package var erased: Set<Int64> = []

    package init(
        count: Int64, clients: [ClientIdentifier] = [SampleEntries.client("GAM", "mmis")]
    ) {
        self.count = count
        self.clients = clients
    }

    package static func client(_ member: String, _ subsystem: String?) -> ClientIdentifier {
        ClientIdentifier(
            member: MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: member), subsystemCode: subsystem)
    }

    package static let firstTime = Instant(secondsSince1970: 1_790_000_000)

    package static func isEvent(_ number: Int64) -> Bool { number % 50 == 0 }

    package static func name(_ number: Int64) -> String { "5a3b1e0c-\(number)" }

    private func client(_ number: Int64) -> ClientIdentifier { clients[Int(number) % clients.count] }

    package func archivable(after number: Int64, limit: Int) async throws(MessageLogFailure) -> [ArchivableNumber] {
        guard number < count else { return [] }
        return ((number + 1)...min(count, number + Int64(limit))).map {
            ArchivableNumber(number: $0, client: Self.isEvent($0) ? nil : client($0))
        }
    }

    package func waiting(after number: Int64) async throws(MessageLogFailure) -> (bytes: Int, last: Int64) {
        (max(0, Int(count - number)) * messageBytes, max(count, number))
    }

    package func entry(_ number: Int64) async throws(MessageLogFailure) -> ArchivableEntry {
        guard !unreadable.contains(number) else { throw .storageFailed(step: "read", detail: "entry \(number)") }
        let identifier = RecordIdentifier(number: number, name: Self.name(number))
        let time = Instant(millisecondsSince1970: time(number))
        if Self.isEvent(number) {
            return ArchivableEntry(identifier: identifier, time: time, content: .event(leaf: event(number)))
        }
        if erased.contains(number), let hash = TreeHash(bytes: bytes(32, number, "leaf")) {
            return ArchivableEntry(identifier: identifier, time: time, content: .erased(leafHash: hash))
        }
        var message = message(number)
        let leaf = leaf(of: message, number)
        if damaged.contains(number) { message = message.replacing(content: [1]) }
        return ArchivableEntry(identifier: identifier, time: time, content: .message(message, leaf: leaf))
    }

    private func message(_ number: Int64) -> ArchivableMessage {
        let seals = number % 7 == 0
        let hashChain = HashChainDocuments(
            result: Array("<result number=\"\(number)\"/>".utf8), chain: Array("<chain number=\"\(number)\"/>".utf8))
        let data = SignatureData(
            signature: bytes(3000, number, "signature"), hashChain: number % 3 == 0 ? hashChain : nil)
        var policy = LogPolicy()
        policy.signatureOnErasure = seals ? .destroy : .keep
        var attachments: [Int: ArchivableAttachment] = [:]
        if number % 100 == 0 || number % 100 == 60 {
            attachments[1] = .file(SampleFile(number: number, byteCount: UInt64(fileBytes)), key: bytes(48, number, "file key"))
        } else if number % 10 == 0 {
            attachments[1] = .inline(bytes(700, number, "attachment"))
        }
        let stamp = HashChainDocuments(
            result: bytes(400, number / 1000, "ts result"), chain: bytes(1500, number, "ts chain"))
        return ArchivableMessage(
            keyNumber: number + 256, signature: seals ? nil : data.signature, evidence: Evidence.encode(data, policy: policy),
            timestamp: SignedContainer.Timestamp(token: bytes(2000, number / 1000, "token"), hashChain: stamp),
            content: bytes(messageBytes, number, "message"), attachments: attachments)
    }

    private func leaf(of message: ArchivableMessage, _ number: Int64) -> [UInt8] {
        let client = client(number)
        let codes = client.codes.map { $0.replacing("%", with: "%25").replacing("/", with: "%2F") }.joined(separator: "/")
        let direction = number % 2 == 0 ? "response" : "request"
        let policy = message.signature == nil ? "destroy" : "keep"
        var lines = [
            "ura-log-leaf 1 message", "number=\(number)", "time=\(time(number))", "side=consumer", "direction=\(direction)",
            "kind=rest", "request-id=\(number)", "message-id=\(number)", "client=\(codes)", "service=XK/GOV/CRA/civreg/births",
            "owner=XK/GOV/GAM", "bytes=\(messageBytes)", "body-logging=full", "signature-on-erasure=\(policy)",
            "configuration=\(Hexadecimal.encode(configuration))", "decision=",
            "content=\(digest(.sha256, message.content ?? []))",
        ]
        for (_, attachment) in message.attachments {
            switch attachment {
            case .inline(let bytes): lines.append("attachment=\(digest(.sha256, bytes))")
            case .file(let file, _): lines.append("attachment=\((file as? SampleFile)?.digest ?? "")")
            }
        }
        let signature = message.signature ?? bytes(3000, number, "signature")
        lines += [
            "commitment=\(digest(.sha256, Array("commitment \(number)".utf8)))", "signature=\(digest(.sha512, signature))",
            "evidence=\(message.evidence.map { digest(.sha256, $0) } ?? "")",
        ]
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private func event(_ number: Int64) -> [UInt8] {
        let statement = "{\"event\":\"opening\",\"version\":\"\(number)\"}"
        return Array("ura-log-leaf 1 event\nnumber=\(number)\ntime=\(time(number))\nstatement=\(statement)\n".utf8)
    }

    private func time(_ number: Int64) -> Int64 { Self.firstTime.millisecondsSince1970 + number * 1000 }

    private func digest(_ algorithm: DigestAlgorithm, _ bytes: [UInt8]) -> String { Hexadecimal.encode(algorithm.digest(bytes)) }

    /// Different for each number and purpose.
    private func bytes(_ count: Int, _ number: Int64, _ purpose: String) -> [UInt8] {
        let block = DigestAlgorithm.sha512.digest(Array("\(purpose) \(number)".utf8))
        return Array((0...(count / block.count)).flatMap { _ in block }.prefix(count))
    }
}

extension ArchivableMessage {
    fileprivate func replacing(content: [UInt8]) -> ArchivableMessage {
        ArchivableMessage(
            keyNumber: keyNumber, signature: signature, evidence: evidence, timestamp: timestamp, content: content,
            attachments: attachments)
    }
}

/// A content file that follows from its record's number.
package struct SampleFile: SealedContent {
    let number: Int64
    package let byteCount: UInt64

    package var name: String { "\(number)-1" }

    private var byte: UInt8 { UInt8(truncatingIfNeeded: number / 20) }

    var digest: String {
        Hexadecimal.encode(DigestAlgorithm.sha256.digest([UInt8](repeating: byte, count: Int(byteCount))))
    }

    package func read(at offset: UInt64, count: Int) async throws(MessageLogFailure) -> [UInt8] {
        [UInt8](repeating: byte, count: Int(min(UInt64(count), byteCount - min(offset, byteCount))))
    }
}
