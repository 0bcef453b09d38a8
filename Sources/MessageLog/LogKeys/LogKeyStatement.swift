import PKI
import XRoadModel

/// What the owner of a security server says of the key that signs its log's checkpoints: this is the key, for this log, in this time.
/// Text of one line for each field; the owner's sign key signs it (`CertifiedLogKey`).
package struct LogKeyStatement: Hashable, Sendable {
    package static let maximumBytes = 4096
    private static let heading = "ura-log-key 1"

    package let server: SecurityServerIdentifier
    /// Its name is the log's origin.
    package let key: NoteVerifierKey
    package let time: Instant
    /// Exclusive.
    package let expires: Instant

    package init(server: SecurityServerIdentifier, key: NoteVerifierKey, time: Instant, expires: Instant) {
        self.server = server
        self.key = key
        self.time = time
        self.expires = expires
    }

    /// Strict: `encoded` gives the same bytes again.
    package init(_ bytes: [UInt8]) throws(MessageLogFailure) {
        guard bytes.count <= Self.maximumBytes else { throw .malformedNote(reason: "a log key's statement is too long") }
        let lines = try NoteText(bytes).lines
        func value(_ index: Int, _ name: String) throws(MessageLogFailure) -> String {
            guard index < lines.count, lines[index].utf8.starts(with: "\(name)=".utf8) else {
                throw .malformedNote(reason: "a log key's statement without \(name)")
            }
            return String(decoding: lines[index].utf8.dropFirst(name.utf8.count + 1), as: UTF8.self)
        }
        let codes = try value(1, "server").split(separator: "/", omittingEmptySubsequences: false).map { PercentText.decode($0) }
        guard codes.allSatisfy({ $0 != nil }), let server = SecurityServerIdentifier(codes: codes.compactMap(\.self)),
            let key = NoteVerifierKey(try value(2, "key")), key.kind == .note,
            let time = Instant(iso8601: try value(3, "time")), let expires = Instant(iso8601: try value(4, "expires"))
        else { throw .malformedNote(reason: "a log key's statement with a field that cannot be read") }
        self.init(server: server, key: key, time: time, expires: expires)
        guard encoded == bytes else { throw .malformedNote(reason: "a log key's statement in another form") }
    }

    package var encoded: [UInt8] {
        let codes = server.codes.map { PercentText.encode($0) }.joined(separator: "/")
        let lines = [Self.heading, "server=\(codes)", "key=\(key.text)", "time=\(time)", "expires=\(expires)"]
        return Array(lines.map { $0 + "\n" }.joined().utf8)
    }

    package func isValid(at instant: Instant) -> Bool { time <= instant && instant < expires }
}
