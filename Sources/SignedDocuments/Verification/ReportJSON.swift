import FoundationEssentials

/// For machines: `contracts/verification-report.schema.json`. Absent values are left out; keys are sorted, so that equal reports give
/// equal bytes.
extension VerificationReport {
    /// One line.
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

extension VerificationReport: Encodable {
    /// Of the form; another number when a reader of this one could misread a report.
    private static let version = 1

    private enum CodingKeys: String, CodingKey {
        case version, subject, indication, subIndication, findings, signer, member, signingTime, signatureAlgorithm, judgedAt,
            judgedBy, ocsp, timestamp, parts, configuration
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Self.version, forKey: .version)
        try container.encodeIfPresent(subject, forKey: .subject)
        try container.encode(indication, forKey: .indication)
        try container.encodeIfPresent(subIndication, forKey: .subIndication)
        try container.encode(findings, forKey: .findings)
        try container.encodeIfPresent(signer, forKey: .signer)
        try container.encodeIfPresent(member, forKey: .member)
        try container.encodeIfPresent(signingTime, forKey: .signingTime)
        try container.encodeIfPresent(signatureAlgorithm, forKey: .signatureAlgorithm)
        try container.encodeIfPresent(judgedAt, forKey: .judgedAt)
        try container.encodeIfPresent(judgedBy, forKey: .judgedBy)
        try container.encodeIfPresent(ocsp, forKey: .ocsp)
        try container.encodeIfPresent(timestamp, forKey: .timestamp)
        try container.encode(parts, forKey: .parts)
        try container.encodeIfPresent(configuration, forKey: .configuration)
    }
}

extension VerificationReport.Finding: Encodable {
    private enum CodingKeys: String, CodingKey { case indication, subIndication, code, text }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(subIndication?.indication, forKey: .indication)
        try container.encodeIfPresent(subIndication, forKey: .subIndication)
        try container.encode(code, forKey: .code)
        try container.encode(text, forKey: .text)
    }
}
