import MessageCodecs
import XRoadModel

/// A transport message: however its bytes are cut and whenever events are taken, they and the failure are the same.
func fuzzTransportMessage(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = Array(UnsafeBufferPointer(start: start, count: count))
    for kind in MessageKind.allCases {
        let whole = outcome(bytes, kind, pieceSize: max(count, 1))
        for cut in [outcome(bytes, kind, pieceSize: 3), outcome(bytes, kind, pieceSize: 7, eventsForPiece: 1)] where cut != whole
        {
            fatalError("\(whole) is not \(cut)")
        }
    }
    return 0
}

private struct Outcome: Equatable {
    var events: [TransportEvent] = []
    var failure: CodecFailure?

    /// Data that comes in several pieces counts as one.
    mutating func record(_ event: TransportEvent) {
        switch (events.last, event) {
        case (.bodyData(let before)?, .bodyData(let more)): events[events.count - 1] = .bodyData(before + more)
        case (.attachmentData(let before)?, .attachmentData(let more)): events[events.count - 1] = .attachmentData(before + more)
        default: events.append(event)
        }
    }
}

private func outcome(_ bytes: [UInt8], _ kind: MessageKind, pieceSize: Int, eventsForPiece: Int = .max) -> Outcome {
    var outcome = Outcome()
    do throws(CodecFailure) {
        var decoder = try TransportDecoder(
            direction: .request, kind: kind, contentType: try ContentType("multipart/mixed; boundary=b"))
        for start in stride(from: 0, to: bytes.count, by: pieceSize) {
            try decoder.push(bytes[start..<min(start + pieceSize, bytes.count)])
            var taken = 0
            while taken < eventsForPiece, let event = try decoder.next() {
                outcome.record(event)
                taken += 1
            }
        }
        while let event = try decoder.next() { outcome.record(event) }
        try decoder.finish()
    } catch {
        outcome.failure = error
    }
    return outcome
}
