import XRoadModel

/// Which messages are time-stamped. A time-stamp covers a contiguous range of numbers that begins after the last one's, so that no
/// message is left out or stamped twice.
package protocol TimestampStore: Sendable {
    /// Messages that no time-stamp covers yet, in order of number.
    func unstamped(limit: Int) async throws(MessageLogFailure) -> [UnstampedRecord]

    /// When the first of them was logged; nil where there is none.
    func oldestUnstamped() async throws(MessageLogFailure) -> Instant?

    /// Refuses a range that does not begin with the first unstamped message, or a message in it whose signature is not covered.
    func save(_ timestamp: BatchTimestamp) async throws(MessageLogFailure)
}

/// A message that waits for a time-stamp.
package struct UnstampedRecord: Hashable, Sendable {
    package let number: Int64
    package let time: Instant
    /// SHA-512 of the signature document. Messages of one batch signature share it.
    package let signatureDigest: [UInt8]

    package init(number: Int64, time: Instant, signatureDigest: [UInt8]) {
        self.number = number
        self.time = time
        self.signatureDigest = signatureDigest
    }
}

/// One token of a time-stamping authority for many signature documents.
package struct BatchTimestamp: Hashable, Sendable {
    /// Numbers of the messages covered; events between them are not.
    package let first: Int64
    package let last: Int64
    /// Of the token (RFC 3161 genTime).
    package let time: Instant
    /// Who stamped.
    package let authority: String
    /// DER.
    package let token: [UInt8]
    /// `ts-hashchainresult.xml`, what the token is over.
    package let result: [UInt8]
    /// SHA-512 of the signature documents in the order of the hash chain; from them each message's chain is composed.
    package let digests: [[UInt8]]

    package init(
        first: Int64, last: Int64, time: Instant, authority: String, token: [UInt8], result: [UInt8], digests: [[UInt8]]
    ) {
        self.first = first
        self.last = last
        self.time = time
        self.authority = authority
        self.token = token
        self.result = result
        self.digests = digests
    }
}
