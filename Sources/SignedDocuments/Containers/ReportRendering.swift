import FoundationEssentials

/// For people.
extension VerificationReport {
    package var text: String {
        var lines = [indication.rawValue + (subIndication.map { " / " + $0.rawValue } ?? "")]
        func line(_ name: String, _ value: String?) {
            if let value { lines.append("  \(name): \(value)") }
        }
        line("Signer", signer?.subject)
        line("Issuer", signer?.issuer)
        line("Serial number", signer?.serialNumber)
        line("Certificate valid", signer.map { "\($0.validFrom) to \($0.validUntil)" })
        line("Member", member)
        line("Signing time (claimed)", signingTime)
        line("Signature algorithm", signatureAlgorithm)
        line("OCSP response produced", ocspProducedAt)
        line("OCSP responder", ocspResponder)
        line("Time-stamp over", timestamp?.covers)
        line("Time-stamped", timestamp?.proof?.time)
        line("Time-stamping authority", timestamp?.proof?.authority)
        for part in parts {
            let size = part.size.map { ", \($0) bytes" } ?? ""
            lines.append("  \(part.name): \(part.coverage.rawValue)\(size)")
            line("  \(part.digestAlgorithm ?? "")", part.digest)
        }
        for finding in findings {
            let weight = finding.subIndication.map { "\($0.indication.rawValue) / \($0.rawValue), " } ?? ""
            lines.append("  - \(weight)\(finding.code): \(finding.text)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// For machines. Absent values are left out; keys are sorted, so that equal reports give equal bytes.
extension VerificationReport {
    package func json() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }
}

extension VerificationReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case indication, subIndication, findings, signer, member, signingTime, ocspProducedAt, ocspResponder, signatureAlgorithm,
            parts,
            timestamp
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(indication, forKey: .indication)
        try container.encodeIfPresent(subIndication, forKey: .subIndication)
        try container.encode(findings, forKey: .findings)
        try container.encodeIfPresent(signer, forKey: .signer)
        try container.encodeIfPresent(member, forKey: .member)
        try container.encodeIfPresent(signingTime, forKey: .signingTime)
        try container.encodeIfPresent(ocspProducedAt, forKey: .ocspProducedAt)
        try container.encodeIfPresent(ocspResponder, forKey: .ocspResponder)
        try container.encodeIfPresent(signatureAlgorithm, forKey: .signatureAlgorithm)
        try container.encode(parts, forKey: .parts)
        try container.encodeIfPresent(timestamp, forKey: .timestamp)
    }
}
