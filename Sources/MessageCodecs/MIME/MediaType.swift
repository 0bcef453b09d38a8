/// Media types of the message protocols (PR-MESSTRANSP 3.1, 2.2; PR-MESS 2.4).
package enum MediaType {
    package static let ocspResponse = "application/ocsp-response"
    package static let restRequest = "application/x-road-rest-request"
    package static let restResponse = "application/x-road-rest-response"
    package static let restBody = "application/x-road-rest-body"
    package static let hashChainResult = "application/hash-chain-result"
    package static let hashChain = "application/hash-chain"
    package static let signature = "signature/bdoc-1.0/ts"
    package static let multipartMixed = "multipart/mixed"
    package static let multipartRelated = "multipart/related"
    package static let xml = "text/xml"
    package static let applicationXML = "application/xml"
    package static let xop = "application/xop+xml"
    package static let json = "application/json"
}
