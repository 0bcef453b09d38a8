import PKI

/// A content file that is opened while it passes: its body is digested, and kept where it is asked for.
struct PassingContent {
    /// A body whose file was whole.
    struct Opened: Sendable {
        let byteCount: Int
        let digests: [DigestAlgorithm: [UInt8]]
        /// Nil where it was not to be kept.
        let body: [UInt8]?
    }

    private let key: ContentKey
    private let chunkCount: Int
    private let keepsBody: Bool
    private var waiting: [UInt8] = []
    private var number = 0
    private var digests = [DigestAlgorithm.sha256, .sha384, .sha512].map(StreamingDigest.init)
    private var body: [UInt8] = []
    private var byteCount = 0
    private var isDamaged = false

    /// - Parameter fileBytes: of the whole file.
    init(key: ContentKey, fileBytes: UInt64, keepsBody: Bool) {
        self.key = key
        self.keepsBody = keepsBody
        let length = UInt64(ContentSeal.sealedChunkLength)
        chunkCount = Int(clamping: max(1, (fileBytes + length - 1) / length))
    }

    mutating func update(_ bytes: [UInt8]) {
        waiting += bytes
        while waiting.count > ContentSeal.sealedChunkLength {
            open(Array(waiting.prefix(ContentSeal.sealedChunkLength)))
            waiting.removeFirst(ContentSeal.sealedChunkLength)
        }
    }

    /// Nil where the file is not what was sealed with this key.
    mutating func finish() -> Opened? {
        open(waiting)
        guard !isDamaged, number == chunkCount else { return nil }
        var found: [DigestAlgorithm: [UInt8]] = [:]
        for index in digests.indices { found[digests[index].algorithm] = digests[index].finish() }
        return Opened(byteCount: byteCount, digests: found, body: keepsBody ? body : nil)
    }

    private mutating func open(_ sealed: [UInt8]) {
        guard !isDamaged else { return }
        guard let plain = try? ContentSeal.open(sealed, number: number, isLast: number + 1 == chunkCount, key: key) else {
            isDamaged = true
            return
        }
        number += 1
        byteCount += plain.count
        for index in digests.indices { digests[index].update(plain) }
        if keepsBody { body += plain }
    }
}
