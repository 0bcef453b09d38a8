import SignedDocuments
import Testing

/// A change to a right signature document that one rule of the profile refuses, by its own words. Where it changes what is signed,
/// the signature over the forged document is right again: only that rule stands against it.
struct Attack: Sendable, CustomTestStringConvertible {
    let name: String
    /// In the failure's text.
    let reason: String
    var code = "malformed_signature"
    let forge: @Sendable (inout Forgery) throws -> Void
    var testDescription: String { name }

    /// Refused for the reason given, and in bounded time.
    func expectRefused(sourceLocation: SourceLocation = #_sourceLocation) throws {
        var forgery = try Forgery()
        try forge(&forgery)
        let clock = ContinuousClock()
        let start = clock.now
        let failure = forgery.refusal()
        #expect(clock.now - start < .seconds(2), sourceLocation: sourceLocation)
        let text = failure.map { "\($0)" } ?? "accepted"
        #expect(failure?.code == code && text.contains(reason), "\(text)", sourceLocation: sourceLocation)
    }
}

/// Pieces of the documents that `SignatureComposer` writes.
enum SignatureText {
    static let partReference = #"<ds:Reference Id="signature-reference-0" URI="/message.xml">"#
    static let propertiesReference = ##"URI="#signed-properties">"##
    static let sha512 = #"<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha512"></ds:DigestMethod>"#
    static let zeroDigest = "<ds:DigestValue>" + String(repeating: "A", count: 86) + "==</ds:DigestValue>"

    static func reference(to uri: String, _ attributes: String = "") -> String {
        "<ds:Reference URI=\"\(uri)\"\(attributes)>\(sha512)\(zeroDigest)</ds:Reference>"
    }

    static func transforms(_ algorithms: String...) -> String {
        "<ds:Transforms>" + algorithms.map { "<ds:Transform Algorithm=\"\($0)\"></ds:Transform>" }.joined() + "</ds:Transforms>"
    }
}
