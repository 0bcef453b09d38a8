/// What a multipart consists of, in order. Data keeps the memory of the bytes that were pushed and is not copied.
package enum MultipartEvent: Sendable, Equatable {
    case partBegan(MIMEHeaders)
    case data(ArraySlice<UInt8>)
    case partEnded
    /// The final boundary. What follows is checked but gives no event.
    case end
}

/// Takes a multipart body apart (RFC 2046 5.1) as bytes arrive: `push` bytes and take events with `next`, in any turns; when the
/// input has ended and `next` gives nil, `finish`. Time is linear in the input however it is cut and whatever it resembles.
///
/// Lines end with CR LF; a multipart with LF throughout is taken as well, as X-Road takes it, but the two are not mixed: bytes that
/// are a boundary for one reader and content for another are refused.
package struct MultipartDecoder: Sendable {
    private enum State {
        case beforeFirstBoundary, header, content, afterLastPart, end
        /// At a boundary with the line break before it: how many bytes they take.
        case boundary(length: Int, isLast: Bool)
    }

    private let delimiter: [UInt8]
    private let limits: MIMELimits
    private var state = State.beforeFirstBoundary
    private var buffer: ArraySlice<UInt8> = []
    /// The first byte that is not dealt with, and the first that was not searched.
    private var position = 0
    private var searched = 0
    private var linesEndWithCarriageReturn: Bool?
    /// Nothing of the part's content was read yet, so a boundary may stand at once.
    private var atContentStart = false
    private var header = MIMEHeaderReader()
    private var headerBytes = 0
    private var parts = 0
    private var surroundingBytes = 0

    package init(boundary: String, limits: MIMELimits = MIMELimits()) throws(CodecFailure) {
        guard (1...70).contains(boundary.utf8.count), boundary.utf8.last != 0x20,
            boundary.utf8.allSatisfy({ Characters.boundary.contains($0) })
        else { throw .invalidContentType("multipart boundary of 1 to 70 characters is missing") }
        delimiter = Array("--".utf8) + Array(boundary.utf8)
        self.limits = limits
    }

    package mutating func push(_ bytes: [UInt8]) { push(bytes[...]) }

    package mutating func push(_ bytes: ArraySlice<UInt8>) {
        let ahead = searched - position
        if position == buffer.endIndex {
            buffer = bytes
        } else {
            if position > buffer.startIndex { buffer = Array(buffer[position...])[...] }
            buffer.append(contentsOf: bytes)
        }
        position = buffer.startIndex
        searched = position + ahead
    }

    /// Nil where more bytes are needed.
    package mutating func next() throws(CodecFailure) -> MultipartEvent? {
        while true {
            switch state {
            case .beforeFirstBoundary: if try !findFirstBoundary() { return nil }
            case .header:
                guard let headers = try readHeader() else { return nil }
                return .partBegan(headers)
            case .content:
                if let data = try readContent() { return .data(data) }
                if case .content = state { return nil }
            case .boundary(let length, let isLast):
                position += length
                searched = position
                state = isLast ? .end : .header
                return .partEnded
            case .end:
                state = .afterLastPart
                return .end
            case .afterLastPart:
                try skip(to: buffer.endIndex)
                return nil
            }
        }
    }

    /// The input has ended: throws unless `next` came to the final boundary.
    package mutating func finish() throws(CodecFailure) {
        guard case .afterLastPart = state else { throw .truncated }
        try skip(to: buffer.endIndex)
    }
}

// MARK: boundaries
extension MultipartDecoder {
    private struct DelimiterLine {
        /// After the line break, or after the two dashes of the last one.
        let end: Int
        let isLast: Bool
        let carriageReturn: Bool?
    }

    private enum Candidate {
        case undecided, content, delimiter(DelimiterLine)
    }

    /// Judges the line that begins at `start`. A boundary that is followed by further characters is content, as for X-Road; after
    /// it only dashes or blanks make a delimiter line.
    private func judge(at start: Int) throws(CodecFailure) -> Candidate {
        let matched = buffer.matchLength(of: delimiter, at: start)
        let after = start + matched
        guard matched == delimiter.count else { return after == buffer.endIndex ? .undecided : .content }
        guard after < buffer.endIndex else { return .undecided }
        switch buffer[after] {
        case UInt8(ascii: "-"):
            guard after + 1 < buffer.endIndex else { return .undecided }
            guard buffer[after + 1] == UInt8(ascii: "-") else { throw .malformedMultipart("boundary is followed by one dash") }
            return .delimiter(DelimiterLine(end: after + 2, isLast: true, carriageReturn: nil))
        case 0x20, 0x09, 0x0D, 0x0A:
            let lineFeed = buffer.index(of: 0x0A, from: after)
            let lineEnd = lineFeed ?? buffer.endIndex
            let carriageReturn = lineEnd > after && buffer[lineEnd - 1] == 0x0D
            let blanks = buffer[after..<(carriageReturn ? lineEnd - 1 : lineEnd)]
            guard blanks.count < 256, blanks.allSatisfy(Characters.isBlank) else {
                throw .malformedMultipart("text after a boundary")
            }
            guard let lineFeed else { return .undecided }
            return .delimiter(DelimiterLine(end: lineFeed + 1, isLast: false, carriageReturn: carriageReturn))
        default: return .content
        }
    }

    private mutating func begin(after line: DelimiterLine) throws(CodecFailure) {
        if let carriageReturn = line.carriageReturn { try require(carriageReturn) }
        if !line.isLast {
            parts += 1
            guard parts <= limits.parts else { throw .limitExceeded(.parts, limit: limits.parts) }
            header = MIMEHeaderReader()
            headerBytes = 0
        }
    }

    private mutating func require(_ carriageReturn: Bool) throws(CodecFailure) {
        if linesEndWithCarriageReturn == nil { linesEndWithCarriageReturn = carriageReturn }
        guard linesEndWithCarriageReturn == carriageReturn else { throw .malformedMultipart("line ends are mixed") }
    }

    /// True when the first boundary was found and passed.
    private mutating func findFirstBoundary() throws(CodecFailure) -> Bool {
        while true {
            switch try judge(at: position) {
            case .undecided: return false
            case .delimiter(let line):
                try begin(after: line)
                position = line.end
                searched = position
                state = line.isLast ? .end : .header
                return true
            case .content:
                guard let lineFeed = buffer.index(of: 0x0A, from: searched) else {
                    searched = buffer.endIndex
                    try requireSkippable(buffer[position...])
                    return false
                }
                try skip(to: lineFeed + 1)
            }
        }
    }

    private mutating func skip(to end: Int) throws(CodecFailure) {
        try requireSkippable(buffer[position..<end])
        surroundingBytes += end - position
        position = end
        searched = end
    }

    /// Blanks and line breaks may always stand around the parts, in reason.
    private func requireSkippable(_ bytes: ArraySlice<UInt8>) throws(CodecFailure) {
        let onlyBlank = bytes.allSatisfy { Characters.isBlank($0) || $0 == 0x0D || $0 == 0x0A }
        guard surroundingBytes + bytes.count <= (onlyBlank ? max(limits.surroundingBytes, 64) : limits.surroundingBytes) else {
            throw .malformedMultipart("text outside the parts")
        }
    }
}

// MARK: parts
extension MultipartDecoder {
    private mutating func readHeader() throws(CodecFailure) -> MIMEHeaders? {
        while true {
            guard let lineFeed = buffer.index(of: 0x0A, from: searched) else {
                searched = buffer.endIndex
                try limitHeader(headerBytes + buffer.endIndex - position)
                return nil
            }
            let carriageReturn = lineFeed > position && buffer[lineFeed - 1] == 0x0D
            try require(carriageReturn)
            let line = buffer[position..<(carriageReturn ? lineFeed - 1 : lineFeed)]
            headerBytes += lineFeed + 1 - position
            try limitHeader(headerBytes)
            position = lineFeed + 1
            searched = position
            if line.isEmpty {
                state = .content
                atContentStart = true
                return try header.finish()
            }
            try header.read(line)
            guard header.fields.count < limits.headerFields else {
                throw .limitExceeded(.partHeaderFields, limit: limits.headerFields)
            }
        }
    }

    private func limitHeader(_ bytes: Int) throws(CodecFailure) {
        guard bytes <= limits.headerBytes else { throw .limitExceeded(.partHeaderBytes, limit: limits.headerBytes) }
    }

    /// Content up to the next boundary or to where one might begin; nil where there is none.
    private mutating func readContent() throws(CodecFailure) -> ArraySlice<UInt8>? {
        if atContentStart {
            switch try judge(at: position) {
            case .undecided: return nil
            case .content: atContentStart = false
            case .delimiter(let line):
                try begin(after: line)
                state = .boundary(length: line.end - position, isLast: line.isLast)
                return nil
            }
        }
        while let lineFeed = buffer.index(of: 0x0A, from: searched) {
            let carriageReturn = lineFeed > position && buffer[lineFeed - 1] == 0x0D
            let lineEnd = carriageReturn ? lineFeed - 1 : lineFeed
            do throws(CodecFailure) {
                switch try judge(at: lineFeed + 1) {
                case .content:
                    searched = lineFeed + 1
                    continue
                case .undecided: searched = lineFeed
                case .delimiter(let line):
                    try require(carriageReturn)
                    try begin(after: line)
                    state = .boundary(length: line.end - lineEnd, isLast: line.isLast)
                }
                return content(upTo: lineEnd)
            } catch {
                // What stands before is given first, so that the events do not depend on how the bytes were cut.
                guard let before = content(upTo: lineEnd) else { throw error }
                searched = lineFeed
                return before
            }
        }
        searched = buffer.endIndex
        return content(upTo: buffer.last == 0x0D ? buffer.endIndex - 1 : buffer.endIndex)
    }

    private mutating func content(upTo end: Int) -> ArraySlice<UInt8>? {
        guard end > position else { return nil }
        defer { position = end }
        return buffer[position..<end]
    }
}
