/// Types of name attributes by keyword (RFC 4519, RFC 2253 2.3).
enum AttributeType {
    private static let rfc2253: [String: String] = [
        "CN": "2.5.4.3", "L": "2.5.4.7", "ST": "2.5.4.8", "O": "2.5.4.10", "OU": "2.5.4.11", "C": "2.5.4.6",
        "STREET": "2.5.4.9", "DC": "0.9.2342.19200300.100.1.25", "UID": "0.9.2342.19200300.100.1.1",
    ]
    private static let others: [String: String] = [
        "serialNumber": "2.5.4.5", "SN": "2.5.4.4", "GN": "2.5.4.42", "title": "2.5.4.12", "businessCategory": "2.5.4.15",
        "organizationIdentifier": "2.5.4.97", "emailAddress": "1.2.840.113549.1.9.1",
    ]
    private static let keywords = Dictionary(uniqueKeysWithValues: rfc2253.map { ($0.value, $0.key) })

    /// Nil for an unknown keyword; a dotted identifier is its own.
    static func oid(of type: String) -> String? {
        rfc2253[type] ?? others[type]
            ?? (type.contains(".") && type.utf8.allSatisfy { $0 == 0x2E || (0x30...0x39).contains($0) } ? type : nil)
    }

    static func rfc2253Keyword(of oid: String) -> String? { keywords[oid] }
}
