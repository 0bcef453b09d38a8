import MessageLog
import NIOPosix
import PKI

/// Where bodies are kept while they are received, and how large they may be.
package struct SpoolSettings: Sendable {
    /// The journal's content folder: a body's file becomes the journal's own there. It must exist.
    package var folder: String
    /// Bytes of a body.
    package var limit = 10 << 20
    /// Up to so many bytes stay in memory; not more than the journal takes inline.
    package let memoryLimit = JournaledBody.inlineLimit

    package init(folder: String) { self.folder = folder }
}

/// Takes a body as it arrives, hashing: in memory while it is small, beyond that in an encrypted file, so that nothing of it reaches
/// a disk in clear. Files are written on threads of their own. For one task at a time.
package final class BodySpool {
    private let settings: SpoolSettings
    private var digests: [StreamingDigest]
    /// The whole body, or what of it is not yet in the file.
    private var pending: [UInt8] = []
    private var byteCount = 0
    private var file: SpoolFile?
    private var sealedChunks = 0

    package init(_ settings: SpoolSettings, digests: [DigestAlgorithm] = []) {
        self.settings = settings
        let journaled = SpooledBody.journalDigest
        self.digests = (digests.contains(journaled) ? digests : digests + [journaled]).map(StreamingDigest.init)
    }

    /// After a failure the spool must be dropped.
    package func append(_ bytes: some Collection<UInt8> & Sendable) async throws(NetworkingFailure) {
        guard bytes.count <= settings.limit - byteCount else { throw .bodyOverSpoolLimit(limit: settings.limit) }
        byteCount += bytes.count
        for index in digests.indices { digests[index].update(bytes) }
        pending += bytes
        if byteCount > settings.memoryLimit { try await moveFullChunks() }
    }

    /// The body is complete. The spool holds nothing more.
    package func finish() async throws(NetworkingFailure) -> SpooledBody {
        let results = Dictionary(
            digests.indices.map { (digests[$0].algorithm, digests[$0].finish()) }, uniquingKeysWith: { first, _ in first })
        let rest = pending
        pending = []
        guard let file else { return SpooledBody(memory: rest, digests: results) }
        let number = sealedChunks
        try await Self.onFileThread { () throws(NetworkingFailure) in try file.write(rest[...], from: number, isEnd: true) }
        self.file = nil
        return SpooledBody(file: file, byteCount: byteCount, digests: results)
    }

    /// At least one byte stays behind: only `finish` knows which chunk is the last.
    private func moveFullChunks() async throws(NetworkingFailure) {
        let count = (pending.count - 1) / ContentSeal.chunkLength
        guard count > 0 else { return }
        let file: SpoolFile
        if let open = self.file { file = open } else { file = try SpoolFile(folder: settings.folder) }
        self.file = file
        let full = pending.prefix(count * ContentSeal.chunkLength)
        let number = sealedChunks
        pending.removeFirst(full.count)
        sealedChunks += count
        try await Self.onFileThread { () throws(NetworkingFailure) in try file.write(full, from: number, isEnd: false) }
    }

    private static let fileThreads: NIOThreadPool = {
        let pool = NIOThreadPool(numberOfThreads: 4)
        pool.start()
        return pool
    }()

    static func onFileThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws(NetworkingFailure) -> Value
    ) async throws(NetworkingFailure) -> Value {
        do {
            return try await fileThreads.runIfActive(work)
        } catch let failure as NetworkingFailure {
            throw failure
        } catch {
            throw .spoolFailed(step: "thread", reason: "\(error)")
        }
    }
}
