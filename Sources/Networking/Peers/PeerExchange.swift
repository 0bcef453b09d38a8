import NIOCore
import NIOHTTP1

/// One request to a peer and its answer, as far as they have come. Belongs to the connection's event loop.
struct PeerExchange {
    enum Request {
        case notStarted
        case sending
        case ended
    }

    var request = Request.notStarted
    var inbound = CircularBuffer<HTTPClientResponsePart>()
    var headHasCome = false
    /// The answer's end has been handed to the caller.
    var responseHasEnded = false
    var keepsAlive = false
    var bodyBytes = 0
    var headReader: Waiter<PeerResponseHead>?
    var bodyReader: Waiter<[UInt8]?>?
    var readerSince = NIODeadline.now()
    /// How long the caller has waited for body bytes so far.
    var waited = TimeAmount.zero

    /// Whether another request can follow on this connection.
    var canBeFollowed: Bool {
        guard case .ended = request else { return false }
        return responseHasEnded && keepsAlive && inbound.isEmpty
    }

    var isAwaited: Bool { headReader?.isWaiting == true || bodyReader?.isWaiting == true }

    mutating func failWaiters(_ failure: NetworkingFailure) {
        headReader?.resume(.failure(failure))
        bodyReader?.resume(.failure(failure))
        headReader = nil
        bodyReader = nil
    }
}

package typealias PeerResponseHead = (status: Int, headers: [(String, String)])
