import MessageCodecs
import TestSupport
import XRoadModel

/// Bytes of a text of ours, with each line ending in CR LF.
func lines(_ text: String) -> [UInt8] {
    Array(text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n").utf8)
}

/// All events of a multipart that arrives in pieces of `size` bytes; data is joined.
func decodeMultipart(_ bytes: [UInt8], boundary: String, size: Int = .max, limits: MIMELimits = MIMELimits()) throws
    -> [MultipartEvent]
{
    var decoder = try MultipartDecoder(boundary: boundary, limits: limits)
    var events: [MultipartEvent] = []
    for piece in pieces(bytes, size) {
        decoder.push(piece)
        while let event = try decoder.next() {
            if case .data(let more) = event, case .data(let before)? = events.last {
                events[events.count - 1] = .data(before + more)
            } else {
                events.append(event)
            }
        }
    }
    try decoder.finish()
    return events
}

/// When events are taken: as they come, one for each piece that is pushed, or after all was pushed.
enum Turns: CaseIterable {
    case eager, single, late
}

/// All events of a transport message that arrives in pieces of `size` bytes; data is joined. `report` has those before a failure too.
@discardableResult
func decodeTransport(
    _ bytes: [UInt8], _ direction: MessageDirection, _ kind: MessageKind, contentType: ContentType, size: Int = .max,
    turns: Turns = .eager, limits: TransportLimits = TransportLimits(), report: ([TransportEvent]) -> Void = { _ in }
) throws -> [TransportEvent] {
    var decoder = try TransportDecoder(direction: direction, kind: kind, contentType: contentType, limits: limits)
    var events: [TransportEvent] = []
    defer { report(events) }
    func take(atMost limit: Int = .max) throws {
        var taken = 0
        while taken < limit, let event = try decoder.next() {
            taken += 1
            switch (events.last, event) {
            case (.bodyData(let before)?, .bodyData(let more)): events[events.count - 1] = .bodyData(before + more)
            case (.attachmentData(let before)?, .attachmentData(let more)):
                events[events.count - 1] = .attachmentData(before + more)
            default: events.append(event)
            }
        }
    }
    for piece in pieces(bytes, size) {
        try decoder.push(piece)
        try take(atMost: turns == .eager ? .max : turns == .single ? 1 : 0)
    }
    try take()
    try decoder.finish()
    try take()
    return events
}

private func pieces(_ bytes: [UInt8], _ size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: bytes.count, by: min(size, max(bytes.count, 1))).map {
        bytes[$0..<min($0 + min(size, bytes.count), bytes.count)]
    }
}

extension TransportEvent {
    /// The event without its content.
    var kind: String {
        switch self {
        case .ocspResponse: "ocsp"
        case .soapMessage: "soap"
        case .restHead: "rest"
        case .bodyBegan: "body+"
        case .bodyData: "body"
        case .bodyEnded: "body-"
        case .attachmentBegan: "attachment+"
        case .attachmentData: "attachment"
        case .attachmentEnded: "attachment-"
        case .hashChainResult: "result"
        case .hashChain: "chain"
        case .signature: "signature"
        case .fault: "fault"
        case .end: "end"
        }
    }
}

/// The failure that an expression throws, for comparison with the one that is expected.
func failure(_ body: () throws -> Void) -> CodecFailure? {
    do {
        try body()
        return nil
    } catch { return error as? CodecFailure }
}
