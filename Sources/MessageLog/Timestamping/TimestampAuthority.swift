import PKI
import XRoadModel

/// A time-stamping authority that the global configuration approves.
package struct TimestampAuthority: Hashable, Sendable {
    package let name: String
    package let url: String

    package init(name: String, url: String) {
        self.name = name
        self.url = url
    }
}

/// What the global configuration of this moment says about time-stamps: the authorities in the order in which they are asked.
package struct ApprovedTimestampAuthorities: Hashable, Sendable {
    package let authorities: [TimestampAuthority]
    /// Of any of them: an authority whose certificate is being renewed has two.
    package let certificates: [Certificate]
    /// From one batch to the next, where the configuration says.
    package let intervalSeconds: Int64?

    package init(authorities: [TimestampAuthority], certificates: [Certificate], intervalSeconds: Int64? = nil) {
        self.authorities = authorities
        self.certificates = certificates
        self.intervalSeconds = intervalSeconds
    }
}

/// Which link to an authority broke.
package enum TimestampingFailure: Error, Hashable, Sendable {
    case unreachable(reason: String)
    case httpStatus(Int)
    /// HTTP succeeded, but something other than a time-stamp response came, such as the page of a proxy.
    case notATimestamp(contentType: String, reason: String)
    /// A response that is refused or refuses.
    case refused(reason: String)
}

/// What an authority failed with last.
package struct AuthorityFailure: Error, Hashable, Sendable {
    package let authority: String
    package let failure: TimestampingFailure
    package let time: Instant

    package init(authority: String, failure: TimestampingFailure, time: Instant) {
        self.authority = authority
        self.failure = failure
        self.time = time
    }
}

extension TimestampingFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unreachable(let reason): reason
        case .httpStatus(let status): "it answered with HTTP status \(status)"
        case .notATimestamp(let contentType, let reason): "it answered with \(contentType), not a time-stamp: \(reason)"
        case .refused(let reason): reason
        }
    }
}

extension AuthorityFailure: CustomStringConvertible {
    package var description: String { "TSA \(authority): \(failure) (at \(time.iso8601(milliseconds: false)))" }
}
