import NIOCore
import NIOPosix
import Testing

@testable import Networking

@Suite struct PlaintextQueueTests {
    struct Case: Sendable {
        let writes: [Int]
        let pieces: [Int]
    }

    private static let record = PlaintextQueue.recordBytes
    private static let piece = PlaintextQueue.pieceBytes

    static let cases = [
        Case(writes: [], pieces: []), Case(writes: [0], pieces: [0]), Case(writes: [5, 1000, 2], pieces: [1007]),
        Case(writes: [5, record], pieces: [5, record]), Case(writes: [5, record - 5, 1], pieces: [record, 1]),
        Case(writes: [piece], pieces: [piece]), Case(writes: [piece + 1, 7], pieces: [piece, 8]),
        Case(writes: [3 * piece + 9], pieces: [piece, piece, piece, 9]),
    ]

    @Test(arguments: cases) func cutsAndJoins(_ testCase: Case) async throws {
        let eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        try await eventLoop.submit { cutAndJoin(testCase, on: eventLoop) }.get()
    }

    private func cutAndJoin(_ testCase: Case, on eventLoop: any EventLoop) {
        let allocator = ByteBufferAllocator()
        var queue = PlaintextQueue()
        var sent: [UInt8] = []
        var completed = 0
        for (number, count) in testCase.writes.enumerated() {
            let bytes = [UInt8](repeating: UInt8(number + 1), count: count)
            sent += bytes
            let promise = eventLoop.makePromise(of: Void.self)
            promise.futureResult.assumeIsolated().whenSuccess { completed += 1 }
            queue.append(allocator.buffer(bytes: bytes), promise: promise)
        }
        #expect(queue.count == sent.count)
        var received: [UInt8] = []
        var pieces: [Int] = []
        while let piece = queue.next(allocator: allocator) {
            pieces.append(piece.plaintext.readableBytes)
            received += Array(piece.plaintext.readableBytesView)
            piece.promise?.succeed()
        }
        #expect(pieces == testCase.pieces)
        #expect(received == sent)
        #expect(queue.count == 0)
        #expect(completed == testCase.writes.count)
    }
}
