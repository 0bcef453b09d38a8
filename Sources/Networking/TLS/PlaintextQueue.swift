import NIOCore

/// Plaintext that waits to be encrypted, in order, with the promises of its writes.
struct PlaintextQueue {
    /// The longest plaintext of a TLS record.
    static let recordBytes = 16 * 1024
    /// So much is encrypted into one buffer: below malloc's mmap threshold of 128 KiB, so that buffers are reused without new pages.
    static let pieceBytes = 7 * recordBytes

    struct Piece {
        var plaintext: ByteBuffer
        /// Completes the writes that end in this piece.
        var promise: EventLoopPromise<Void>?
    }

    private var waiting = CircularBuffer<Piece>()
    private(set) var count = 0

    var isEmpty: Bool { waiting.isEmpty }

    mutating func append(_ plaintext: ByteBuffer, promise: EventLoopPromise<Void>?) {
        count += plaintext.readableBytes
        waiting.append(Piece(plaintext: plaintext, promise: promise))
    }

    /// What to encrypt next. Long writes are cut without a copy; short ones (head, chunk length, chunk) are copied together, so that
    /// they share a record.
    mutating func next(allocator: ByteBufferAllocator) -> Piece? {
        guard var first = waiting.popFirst() else { return nil }
        defer { count -= first.plaintext.readableBytes }
        if first.plaintext.readableBytes > Self.pieceBytes {
            guard let part = first.plaintext.readSlice(length: Self.pieceBytes) else { return nil }
            waiting.prepend(first)
            first = Piece(plaintext: part, promise: nil)
            return first
        }
        guard let second = waiting.first, Self.fit(first, second) else { return first }
        var gathered = allocator.buffer(capacity: Self.recordBytes)
        gathered.writeBuffer(&first.plaintext)
        first.plaintext = gathered
        while let next = waiting.first, Self.fit(first, next) {
            first.plaintext.writeImmutableBuffer(next.plaintext)
            first.promise = Self.joined(first.promise, next.promise)
            waiting.removeFirst()
        }
        return first
    }

    private static func fit(_ left: Piece, _ right: Piece) -> Bool {
        left.plaintext.readableBytes + right.plaintext.readableBytes <= recordBytes
    }

    private static func joined(_ first: EventLoopPromise<Void>?, _ last: EventLoopPromise<Void>?) -> EventLoopPromise<Void>? {
        guard let first, let last else { return first ?? last }
        last.futureResult.cascade(to: first)
        return last
    }

    mutating func failAll(_ error: any Error) {
        let dropped = waiting
        waiting.removeAll()
        count = 0
        for piece in dropped { piece.promise?.fail(error) }
    }
}
