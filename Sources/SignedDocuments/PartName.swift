/// Names by which signatures and hash chains refer to what they cover (PR-MESSTRANSP 3.3; `MessageFileNames` of X-Road).
package enum PartName {
    /// The SOAP message, or the head of a REST message.
    package static let message = "/message.xml"
    package static let hashChainResult = "/sig-hashchainresult.xml"
    package static let hashChain = "/sig-hashchain.xml"
    package static let timestampHashChainResult = "/ts-hashchainresult.xml"
    package static let timestampHashChain = "/ts-hashchain.xml"
    /// What a batch time-stamp's hash chain refers to.
    package static let signature = "/META-INF/signatures.xml"

    /// Attachments are numbered from 1; of a REST message the body is the first.
    package static func attachment(_ number: Int) -> String { "/attachment\(number)" }

    /// The number in a name that `attachment(_:)` gives; nil for any other spelling.
    package static func attachmentNumber(_ name: String) -> Int? {
        let prefix = "/attachment"
        guard name.hasPrefix(prefix), let number = Int(name.dropFirst(prefix.count)), number > 0, attachment(number) == name
        else {
            return nil
        }
        return number
    }

    static func isMessagePart(_ name: String) -> Bool { name == message || attachmentNumber(name) != nil }
}
