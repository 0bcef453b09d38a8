/// Extensions in the shim's line syntax. That syntax can name files and variables, so values from outside pass a narrow filter.
enum ExtensionLines {
    private static let maximumNames = 16

    /// Empty where there are no names.
    static func alternativeNames(_ dnsNames: [String]) throws(PKIFailure) -> String {
        guard dnsNames.count <= maximumNames else { throw .invalidName(reason: "\(dnsNames.count) DNS names") }
        for name in dnsNames where !isPlain(name, besides: "-.") || name.utf8.count > 253 {
            throw .invalidName(reason: "\(name) is no DNS name")
        }
        return dnsNames.isEmpty ? "" : "subjectAltName=" + dnsNames.map { "DNS:" + $0 }.joined(separator: ",")
    }

    static func responder(_ url: String) throws(PKIFailure) -> String {
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), isPlain(url, besides: "-._~:/?&=%[]") else {
            throw .invalidName(reason: "\(url) is no address of an OCSP responder")
        }
        return "authorityInfoAccess=OCSP;URI:" + url
    }

    private static func isPlain(_ text: String, besides marks: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || marks.utf8.contains(byte)
            }
    }
}
