import Foundation
import MessageLog
import PKI
import SignedDocuments
import XRoadModel

/// Records whose content follows from their number, so that a reader can tell whether they are whole. Content has a text that stands
/// nowhere else.
enum SampleRecord {
    static let owner = MemberIdentifier(instance: "TEST", memberClass: "GOV", memberCode: "1")

    static func make(_ number: Int, contentFolder: String?) throws -> LogRecord {
        let client = ClientIdentifier(member: owner, subsystemCode: "crash")
        let hasFile = number % 10 == 0 && contentFolder != nil
        let text = "secret content \(number);"
        let messagePart = Array(String(repeating: text, count: 3000 / text.utf8.count).utf8)
        var attachments: [JournaledBody] = []
        if hasFile, let contentFolder { attachments = [.contentFile(try SampleFile(folder: contentFolder, number))] }
        let signature = SignatureData(
            signature: DigestAlgorithm.sha512.digest(messagePart),
            hashChain: HashChainDocuments(result: Array("<result/>".utf8), chain: Array("<chain/>".utf8)))
        return LogRecord(
            entry: LogEntry(
                time: Instant(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000)), side: .provider,
                direction: .request, kind: .rest, requestIdentifier: hasFile ? "file" : "inline", messageIdentifier: "\(number)",
                client: client, service: ServiceIdentifier(provider: client, serviceCode: "service")),
            owner: owner, policy: LogPolicy(signatureOnErasure: number % 3 == 0 ? .destroy : .keep), messagePart: messagePart,
            attachments: attachments, signature: signature, configurationHash: [1, 2, 3])
    }
}

/// A sealed file as the body spool makes them: three chunks under a temporary name.
final class SampleFile: SealedFile {
    let key: ContentKey
    let byteCount = 2 * ContentSeal.chunkLength + 100
    let digest: [UInt8]
    let sealedDigest: [UInt8]
    private let path: String

    init(folder: String, _ number: Int) throws {
        guard let key = ContentKey(bytes: Randomness.bytes(32)) else { throw POSIXError(.EINVAL) }
        self.key = key
        path = "\(folder)/spool-\(Hexadecimal.encode(Randomness.bytes(16)))"
        let text = "secret content \(number);"
        let body = Array(String(repeating: text, count: byteCount / text.utf8.count + 1).utf8.prefix(byteCount))
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
