import XML
import XRoadModel

/// Rule: the signed properties begin with a readable signing time.
enum SigningTimeForm {
    static func time(in properties: XMLElement) throws(SignedDocumentFailure) -> Instant {
        guard let time = properties.children.first, time.isXAdES("SigningTime"), time.containsOnlyText,
            let instant = Instant(iso8601: time.text)
        else { throw .malformedSignature("no readable signing time") }
        return instant
    }
}
