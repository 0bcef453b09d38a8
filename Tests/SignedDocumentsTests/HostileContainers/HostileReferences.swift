import SignedDocuments

/// What is signed
extension HostileContainerTests {
    static let part = SignatureText.partReference

    static let references: [Hostile] = [
        Hostile("the message is not referenced", format, missing, format) {
            try $0.forged { try $0.replaceInInformation("/message.xml", with: "/other.xml") }
        },
        Hostile("another message", digest) { try $0.container($0.signed(), message: $0.message + [0x0a]) },
        Hostile("an attachment that nothing covers", format) { try $0.forged(attachments: [1: [1]]) { try $0.sign() } },
        Hostile("an attachment referenced twice", format, digest, digest) {
            try $0.forged(attachments: [1: [1]]) {
                let once = SignatureText.reference(to: "/attachment1")
                try $0.replaceInInformation(part, with: once + once + part)
            }
        },
        Hostile("another attachment than the signed one", digest) {
            try $0.forged(attachments: [1: [1]]) {
                try $0.replaceInInformation(part, with: SignatureText.reference(to: "/attachment1") + part)
            }
        },
        Hostile("a part that does not exist", missing) {
            try $0.forged { try $0.replaceInInformation(part, with: SignatureText.reference(to: "/foobar.xml") + part) }
        },
        Hostile("a file of the verifier's", missing) {
            try $0.forged { try $0.replaceInInformation(part, with: SignatureText.reference(to: "file:///etc/passwd") + part) }
        },
        Hostile("XSLT", format) {
            try $0.forged {
                let transform = SignatureText.transforms("http://www.w3.org/TR/1999/REC-xslt-19991116")
                try $0.replaceInInformation(part, with: part + transform)
            }
        },
        Hostile("a thousand canonicalizations", format) {
            try $0.forged {
                let one = #"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"></ds:Transform>"#
                let many = "<ds:Transforms>" + String(repeating: one, count: 1000) + "</ds:Transforms>"
                try $0.replaceInInformation(
                    SignatureText.propertiesReference, with: SignatureText.propertiesReference + many)
            }
        },
    ]
}
