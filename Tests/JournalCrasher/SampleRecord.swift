import Foundation
import MessageLog
import PKI
import SignedDocuments
import XRoadModel

/// Records whose content follows from their number, so that a reader can tell whether they are whole.
enum SampleRecord {
    static func make(_ number: Int, contentFolder: String?) throws -> LogRecord {
        let member = MemberIdentifier(instance: "TEST", memberClass: "GOV", memberCode: "1")
        let client = ClientIdentifier(member: member, subsystemCode: "crash")
        let hasFile = number % 10 == 0 && contentFolder != nil
        let text = hasFile ? "file \(number)" : "inline \(number)"
        let messagePart = Array(String(repeating: text + ";", count: 3000 / text.utf8.count).utf8)
        var attachments: [JournaledBody] = []
        if hasFile, let contentFolder { attachments = [.contentFile(try SampleFile(folder: contentFolder, filledFrom: number))] }
        return LogRecord(
            entry: LogEntry(
                time: Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000)), side: .provider,
                direction: .request, kind: .rest, requestIdentifier: text, messageIdentifier: "\(number)", client: client,
                service: ServiceIdentifier(provider: client, serviceCode: "service")), owner: member,
            messagePart: messagePart, attachments: attachments,
            signature: SignatureData(signature: DigestAlgorithm.sha512.digest(messagePart)), configurationHash: [1, 2, 3])
    }
}

/// A sealed file as the body spool makes them: three chunks under a temporary name.
final class SampleFile: SealedFile {
    let key: ContentKey
    let byteCount: Int
    let digest: [UInt8]
    let sealedDigest: [UInt8]
    private let path: String

    init(folder: String, filledFrom number: Int) throws {
        guard let key = ContentKey(bytes: Randomness.bytes(32)) else { throw POSIXError(.EINVAL) }
        self.key = key
        byteCount = 2 * ContentSeal.chunkLength + 100
        path = "\(folder)/spool-\(Hexadecimal.encode(Randomness.bytes(16)))"
        let body = [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: byteCount)
        var sealed: [UInt8] = []
        for chunk in 0..<3 {
            let bytes = Array(body.dropFirst(chunk * ContentSeal.chunkLength).prefix(ContentSeal.chunkLength))
            sealed += try ContentSeal.seal(bytes, number: chunk, isLast: chunk == 2, key: key)
        }
        digest = DigestAlgorithm.sha512.digest(body)
        sealedDigest = DigestAlgorithm.sha256.digest(sealed)
        try Data(sealed).write(to: URL(fileURLWithPath: path))
    }

    func link(to target: String) throws(MessageLogFailure) {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        guard descriptor >= 0, fsync(descriptor) == 0, Glibc.link(path, target) == 0 else {
            throw .storageFailed(step: "link", detail: String(cString: strerror(errno)))
        }
    }

    deinit { unlink(path) }
}
