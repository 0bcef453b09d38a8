/// Whether a responder answered at all (RFC 6960 4.2.1).
package enum OCSPResponseStatus: Int, Sendable, CaseIterable {
    case successful = 0
    case malformedRequest = 1
    case internalError = 2
    case tryLater = 3
    case signatureRequired = 5
    case unauthorized = 6
}
