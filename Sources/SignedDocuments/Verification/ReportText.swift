/// For people.
extension VerificationReport {
    package var text: String {
        var lines = [indication.rawValue + (subIndication.map { " / " + $0.rawValue } ?? "")]
        func line(_ name: String, _ value: String?) {
            if let value { lines.append("  \(name): \(value.printable)") }
        }
        line("Signer", signer?.subject)
        line("Issuer", signer?.issuer)
        line("Serial number", signer?.serialNumber)
        line("Certificate valid", signer.map { "\($0.validFrom) to \($0.validUntil)" })
        line("Member", member)
        line("Signing time (claimed)", signingTime)
        line("Signature algorithm", signatureAlgorithm)
        line("Time-stamp over", timestamp?.covers.rawValue)
        line("Time-stamped", timestamp?.proof?.time)
        line("Time-stamping authority", timestamp?.proof?.authority)
        line("Judged at", judgedAt.map { "\($0)\(judgedBy.map { ", the " + $0.rawValue } ?? "")" })
        line("OCSP response produced", ocsp?.producedAt)
        line("OCSP responder", ocsp?.responder)
        line("Configuration", configuration.map { "\($0.instance), \($0.hash), valid until \($0.validUntil)" })
        line("Configuration trusted", configuration?.trust.rawValue)
        for part in parts {
            let size = part.size.map { ", \($0) bytes" } ?? ""
            lines.append("  \(part.name): \(part.coverage.rawValue)\(size)")
            line("  \(part.digestAlgorithm ?? "")", part.digest)
        }
        for finding in findings {
            let weight = finding.subIndication.map { "\($0.indication.rawValue) / \($0.rawValue), " } ?? ""
            lines.append("  - \(weight)\(finding.code): \(finding.text.printable)")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension String {
    /// Names come from whoever made the record: nothing in them may move the cursor or turn the direction of writing.
    fileprivate var printable: String {
        unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                text += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
