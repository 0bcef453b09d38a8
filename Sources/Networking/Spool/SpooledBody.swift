import MessageLog
import PKI
import Synchronization

/// A received body. Its file, if it has one, goes with the last copy of the value and of what was made from it.
package struct SpooledBody: Sendable {
    private enum Content {
        case memory([UInt8])
        case file(SpoolFile)
    }

    package let byteCount: Int
    private let content: Content
    private let digests: [DigestAlgorithm: [UInt8]]

    init(memory: [UInt8], digests: [DigestAlgorithm: [UInt8]]) {
        byteCount = memory.count
        content = .memory(memory)
        self.digests = digests
    }

    init(file: SpoolFile, byteCount: Int, digests: [DigestAlgorithm: [UInt8]]) {
        self.byteCount = byteCount
        content = .file(file)
        self.digests = digests
    }

    /// What the log binds bodies by: every spool takes it.
    static let journalDigest = DigestAlgorithm.sha512

    /// Nil for an algorithm that the spool was not asked for.
    package func digest(_ algorithm: DigestAlgorithm) -> [UInt8]? { digests[algorithm] }

    /// For the body's log record.
    package var journaled: JournaledBody {
        switch content {
        case .memory(let bytes): .inline(bytes)
        case .file(let file): .contentFile(file.sealed(byteCount: byteCount, digest: digests[Self.journalDigest] ?? []))
        }
    }

    /// For a request that carries the body on.
    package var outbound: OutboundBody {
        switch content {
        case .memory(let bytes): return .bytes(bytes)
        case .file:
            let reader = reader()
            return .stream(length: byteCount, next: { try await reader.next() })
        }
    }

    /// From the body's start; each reader goes its own way.
    package func reader() -> SpooledBodyReader {
        switch content {
        case .memory(let bytes):
            SpooledBodyReader(count: bytes.isEmpty ? 0 : 1) { _ throws(NetworkingFailure) in bytes }
        case .file(let file):
            SpooledBodyReader(count: ContentSeal.chunkCount(byteCount: byteCount)) {
                [byteCount] number throws(NetworkingFailure) in
                try await BodySpool.onFileThread { () throws(NetworkingFailure) in
                    try file.read(number: number, of: ContentSeal.chunkCount(byteCount: byteCount))
                }
            }
        }
    }

    /// The whole body in memory.
    package func bytes() async throws(NetworkingFailure) -> [UInt8] {
        if case .memory(let bytes) = content { return bytes }
        var body: [UInt8] = []
        body.reserveCapacity(byteCount)
        let reader = reader()
        while let chunk = try await reader.next() { body += chunk }
        return body
    }
}

/// A body's chunks in order, each once; for one task at a time.
package final class SpooledBodyReader: AsyncSequence, AsyncIteratorProtocol, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = NetworkingFailure

    private let count: Int
    private let chunk: @Sendable (Int) async throws(NetworkingFailure) -> [UInt8]
    private let position = Mutex(0)

    init(count: Int, chunk: @escaping @Sendable (Int) async throws(NetworkingFailure) -> [UInt8]) {
        self.count = count
        self.chunk = chunk
    }

    package func next() async throws(NetworkingFailure) -> [UInt8]? {
        let number = position.withLock { position in
            defer { position += 1 }
            return position
        }
        return number < count ? try await chunk(number) : nil
    }

    package func makeAsyncIterator() -> SpooledBodyReader { self }
}
