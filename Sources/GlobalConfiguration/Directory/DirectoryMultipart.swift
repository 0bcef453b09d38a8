/// The MIME multipart framing of signed directories (PR-GCONF 2.3, 2.4; RFC 2046 5.1.1). Lines end with CRLF or LF, as X-Road
/// reads both.
enum DirectoryMultipart {
    /// The contents between delimiter lines, byte for byte, without the line break that belongs to the following delimiter.
    ///
    /// Nothing but blank lines may stand before the first delimiter or after the closing one. Where `closingRequired` is false
    /// the end of `body` closes the last part: the inner multipart is bounded by the outer one, and X-Road's own samples leave
    /// the mark out.
    static func split(
        _ body: ArraySlice<UInt8>, boundary: String, maximumParts: Int, closingRequired: Bool
    ) throws(ConfigurationFailure) -> [ArraySlice<UInt8>] {
        let delimiter = Array("--\(boundary)".utf8)
        var parts: [ArraySlice<UInt8>] = []
        var partStart: Int?
        var closed = false
        var lineStart = body.startIndex
        while lineStart < body.endIndex {
            let lineEnd = body[lineStart...].firstIndex(of: 0x0A) ?? body.endIndex
            let line = body[lineStart..<lineEnd]
            let mark = closed ? nil : Mark(line, delimiter: delimiter)
            if mark != nil, let start = partStart {
                guard parts.count < maximumParts else { throw .malformedDirectory("more than \(maximumParts) parts") }
                parts.append(body[start..<contentEnd(before: lineStart, notBefore: start, in: body)])
            }
            switch mark {
            case .next: partStart = min(lineEnd + 1, body.endIndex)
            case .end: (partStart, closed) = (nil, true)
            case nil where partStart == nil:
                guard line.allSatisfy(isBlank) else { throw .malformedDirectory("text outside of the parts") }
            case nil: break
            }
            lineStart = lineEnd + 1
        }
        if let start = partStart {
            guard !closingRequired else { throw .malformedDirectory("the multipart has no end") }
            guard parts.count < maximumParts else { throw .malformedDirectory("more than \(maximumParts) parts") }
            parts.append(body[start...])
        }
        return parts
    }

    private enum Mark {
        case next
        case end

        init?(_ line: ArraySlice<UInt8>, delimiter: [UInt8]) {
            guard line.starts(with: delimiter) else { return nil }
            let rest = line.dropFirst(delimiter.count)
            if rest.allSatisfy(isBlank) {
                self = .next
            } else if rest.starts(with: [0x2D, 0x2D]), rest.dropFirst(2).allSatisfy(isBlank) {
                self = .end
            } else {
                return nil
            }
        }
    }

    private static func contentEnd(before lineStart: Int, notBefore start: Int, in body: ArraySlice<UInt8>) -> Int {
        guard lineStart > start else { return start }
        let lineFeed = lineStart - 1
        return lineFeed > start && body[lineFeed - 1] == 0x0D ? lineFeed - 1 : lineFeed
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
