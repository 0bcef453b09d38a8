import CSecurity

/// What an authority answered to a request (RFC 3161 2.4.2), read but not yet judged.
package struct TimestampResponse: Sendable {
    package let status: TimestampStatus
    package let failures: [TimestampFailureInfo]
    /// The authority's own words, with nothing but printable characters and bounded in length.
    package let texts: [String]
    package let token: TimestampToken?

    package static let mediaType = "application/timestamp-reply"
    /// Room for a token with the certificates of its chain.
    package static let maximumBytes = TimestampToken.maximumBytes + 4096
    private static let maximumTextCharacters = 200

    package init(der: [UInt8]) throws(PKIFailure) {
        guard der.count <= Self.maximumBytes else {
            throw .tooLarge(.timestampResponse, bytes: der.count, limit: Self.maximumBytes)
        }
        var response = ura_timestamp_response()
        let parsed = ura_timestamp_response_parse(der, der.count, &response)
        defer { ura_timestamp_response_release(&response) }
        guard parsed == URA_OK else { throw .malformed(.timestampResponse, reason: libraryReason()) }
        guard let status = TimestampStatus(rawValue: Int(response.status)) else {
            throw .malformed(.timestampResponse, reason: "status \(response.status)")
        }
        self.status = status
        let bits = response.failure
        failures = TimestampFailureInfo.allCases.filter { bits & 1 << UInt32($0.rawValue) != 0 }
        texts = response.texts.copy.split(separator: 0).map(Self.printable)
        token = response.token.length == 0 ? nil : try TimestampToken(der: response.token.copy)
    }

    /// The token of a request that was granted as it was asked. One that was granted with modifications is not what was asked for,
    /// and which part of it was modified nobody says: it is refused.
    package func granted() throws(PKIFailure) -> TimestampToken {
        guard status == .granted else {
            throw .timestampRefused(.notGranted(status: status, failures: failures, texts: texts))
        }
        guard let token else { throw .malformed(.timestampResponse, reason: "granted, but no token") }
        return token
    }

    private static func printable(_ text: ArraySlice<UInt8>) -> String {
        String(
            String(decoding: text, as: UTF8.self).prefix(maximumTextCharacters).map { character in
                character.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control } ? character : " "
            })
    }
}

/// PKIStatus (RFC 3161 2.4.2).
package enum TimestampStatus: Int, Sendable, CaseIterable {
    case granted = 0
    case grantedWithMods = 1
    case rejection = 2
    case waiting = 3
    case revocationWarning = 4
    case revocationNotification = 5
}

/// PKIFailureInfo, the reasons that concern time-stamps; the raw value is the bit.
package enum TimestampFailureInfo: Int, Sendable, CaseIterable {
    case badAlgorithm = 0
    case badRequest = 2
    case badDataFormat = 5
    case timeNotAvailable = 14
    case unacceptedPolicy = 15
    case unacceptedExtension = 16
    case additionalInformationNotAvailable = 17
    case systemFailure = 25
}
