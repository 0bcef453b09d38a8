import AccessPolicy
import GlobalConfiguration
import MessageCodecs
import MessageLog
import PKI
import SignedDocuments
import XRoadModel

/// What the caller is told: an X-Road code and a sentence that names the failing link. The detail id leads to the log line.
package struct ReportedFault: Sendable, Equatable {
    package let path: FaultPath
    package let message: String
}

/// The one map from failures to X-Road's faults (its `ErrorCodes` and `translateWithPrefix`); exhaustive, so that a new failure
/// cannot go out unmapped. Failures of this server's own inside are told in general words only: the log has the rest.
extension ExchangeFailure {
    /// nil for a fault that another server or a service made: it is handed on as it came.
    func reported(on side: ExchangeSide) -> ReportedFault? {
        let here: FaultOrigin = side == .consumer ? .consumerServer : .providerServer
        let caller: FaultOrigin = side == .consumer ? .client : .providerServer
        switch self {
        case .malformedRequest(.invalidREST(let reason)) where side == .consumer:
            // PR-REST 4.6, example 3.
            return ReportedFault(path: FaultPath(caller, .badRequest), message: "Invalid REST request: \(reason)")
        case .malformedRequest(let failure):
            return ReportedFault(path: FaultPath(caller, failure.faultCode), message: "\(failure)")
        case .wrongMethod(let method):
            return ReportedFault(
                path: FaultPath(caller, .invalidHTTPMethod), message: "Must use POST request method instead of \(method)")
        case .bodyTooLarge(let limit):
            return ReportedFault(path: FaultPath(caller, .invalidMessage), message: "The body is larger than \(limit) bytes")
        case .callerGone(let failure):
            return ReportedFault(path: FaultPath(caller, .ioError), message: "The request could not be read: \(failure.words)")
        case .unsupportedHashAlgorithm(let name):
            return ReportedFault(
                path: FaultPath(here, .internalError), message: "Hash algorithm \(name ?? "(none)") is not supported")
        case .clientNotAdmitted(let client, let refusal): return refusal.reported(client, here)
        case .serviceNotPermitted(let service, let refusal): return refusal.reported(service, here)
        case .providerNotHere(let provider):
            return ReportedFault(path: FaultPath(here, .unknownMember), message: "Client '\(provider)' not found")
        case .wrongSecurityServer(let requested, let this):
            return ReportedFault(
                path: FaultPath(here, .invalidSecurityServer),
                message: "Invalid security server identifier '\(requested)' expected '\(this)'")
        case .unknownProvider(let provider):
            return ReportedFault(
                path: FaultPath(here, .unknownMember),
                message: "Could not find addresses for service provider '\(provider)': it is registered at no security server")
        case .noSuchServerForProvider(let provider, let server):
            return ReportedFault(
                path: FaultPath(here, .invalidSecurityServer),
                message: "Service provider '\(provider)' is not registered at security server '\(server)'")
        case .peer(let failure): return failure.reported(here)
        case .peerNotTrusted(let failure):
            return ReportedFault(path: FaultPath(here, .tlsAuthenticationFailed), message: failure.words)
        case .clientNotAtPeer(let client, let server):
            return ReportedFault(
                path: FaultPath(here, .tlsAuthenticationFailed),
                message: "Client '\(client)' is not registered at security server \(server)")
        case .malformedAnswer(let failure):
            return ReportedFault(
                path: FaultPath(here, .serviceFailed, failure.faultCode),
                message: "Answer of the provider's security server: \(failure)")
        case .inconsistentAnswer(let difference):
            return ReportedFault(
                path: FaultPath(here, .inconsistentResponse), message: "Response does not match request message: \(difference)")
        case .signature(let failure):
            return ReportedFault(path: FaultPath(origin: here, codes: failure.faultCodes), message: "\(failure)")
        case .peerFault, .serviceFault: return nil
        case .service(let failure): return failure.reported(here)
        case .malformedServiceAnswer(let failure):
            return ReportedFault(
                path: FaultPath(here, .serviceFailed, failure.faultCode), message: "Answer of the service: \(failure)")
        case .serviceAnswerTooLarge(let limit):
            return ReportedFault(
                path: FaultPath(here, .serviceFailed, .invalidMessage),
                message: "Answer of the service is larger than \(limit) bytes")
        case .serviceBroke(let failure):
            return ReportedFault(
                path: FaultPath(here, .serviceFailed, .ioError),
                message: "Answer of the service could not be read: \(failure.words)")
        case .configuration(let failure): return failure.reported(here)
        case .ownServer(let failure): return failure.reported(here)
        case .journal(.timestampingFailed):
            // X-Road's words. Which authority failed how is in the log.
            return ReportedFault(
                path: FaultPath(here, .loggingFailed, .timestampingFailed), message: "Cannot time-stamp messages")
        case .journal:
            return ReportedFault(
                path: FaultPath(here, .loggingFailed), message: "The message could not be written to the message log")
        case .spool:
            return ReportedFault(
                path: FaultPath(here, .internalError), message: "The body could not be kept while it was processed")
        }
    }
}

extension ClientRefusal {
    fileprivate func reported(_ client: ClientIdentifier, _ here: FaultOrigin) -> ReportedFault {
        let (code, message): (FaultCode, String) =
            switch self {
            case .notAClientHere: (.unknownMember, "Client '\(client)' not found")
            case .plainConnectionNotAllowed:
                (.tlsAuthenticationFailed, "Client (\(client)) requires HTTPS but the caller made a plaintext connection")
            case .clientCertificateMissing:
                (.tlsAuthenticationFailed, "Client (\(client)) requires a TLS client certificate but the caller supplied none")
            case .clientCertificateNotRegistered:
                (.tlsAuthenticationFailed, "Client (\(client)) has not registered the TLS certificate that the caller supplied")
            }
        return ReportedFault(path: FaultPath(here, code), message: message)
    }
}

extension ServiceRefusal {
    fileprivate func reported(_ service: ServiceIdentifier, _ here: FaultOrigin) -> ReportedFault {
        let (code, message): (FaultCode, String) =
            switch self {
            case .unknownService: (.unknownService, "Unknown service: \(service)")
            case .wrongKind(let provided):
                (
                    .invalidServiceType,
                    "Service is a \(provided.rawValue.uppercased()) service and cannot be called in another way"
                )
            case .accessDenied: (.accessDenied, "Request is not allowed: \(service)")
            case .disabled(let notice): (.serviceDisabled, "Service \(service) is disabled: \(notice)")
            }
        return ReportedFault(path: FaultPath(here, code), message: message)
    }
}

extension PeerFailure {
    fileprivate func reported(_ here: FaultOrigin) -> ReportedFault {
        let code: FaultCode =
            switch self {
            case .unknownHost, .unreachable, .timedOut, .closed: .networkError
            case .handshake: .tlsAuthenticationFailed
            case .malformed: .ioError
            }
        return ReportedFault(path: FaultPath(here, code), message: "Security server \(words)")
    }

    var words: String {
        switch self {
        case .unknownHost(let address, let reason): "\(address) is not known: \(reason)"
        case .unreachable(let address, let reason): "\(address) cannot be reached: \(reason)"
        case .handshake(let address, let reason): "\(address): TLS handshake failed: \(reason)"
        case .closed(let address, let reason): "\(address) closed the connection: \(reason)"
        case .timedOut(let address, let phase): "\(address) took too long (\(phase))"
        case .malformed(let address, let reason): "\(address) did not speak the protocol: \(reason)"
        }
    }
}

extension ServiceFailure {
    fileprivate func reported(_ here: FaultOrigin) -> ReportedFault {
        switch self {
        case .malformedAddress(let address):
            ReportedFault(path: FaultPath(here, .serviceMalformedURL), message: "Malformed service address '\(address)'")
        case .unreachable(let address, let reason):
            ReportedFault(
                path: FaultPath(here, .serviceFailed, .networkError),
                message: "Service at \(address) cannot be reached: \(reason)")
        case .timedOut(let address, let seconds):
            ReportedFault(
                path: FaultPath(here, .serviceFailed, .networkError),
                message: "Service at \(address) did not answer within \(seconds) s")
        case .malformedAnswer(let address, let reason):
            ReportedFault(
                path: FaultPath(here, .serviceFailed, .httpError), message: "Service at \(address) gave no HTTP answer: \(reason)"
            )
        }
    }
}

extension ConfigurationFailure {
    fileprivate func reported(_ here: FaultOrigin) -> ReportedFault {
        switch self {
        case .expired, .noConfiguration:
            ReportedFault(path: FaultPath(here, .outdatedGlobalConfiguration), message: "\(self)")
        default:
            ReportedFault(path: FaultPath(here, .malformedGlobalConfiguration), message: "\(self)")
        }
    }
}

extension OwnServerFailure {
    fileprivate func reported(_ here: FaultOrigin) -> ReportedFault {
        switch self {
        case .noSigningKey(let member):
            ReportedFault(path: FaultPath(here, .keyNotFound), message: "There is no signing key of member '\(member)' here")
        case .noCurrentOCSP(let certificate, let reason):
            ReportedFault(
                path: FaultPath(here, .certificateValidation),
                message: "No current OCSP response for certificate \(certificate): \(reason)")
        case .signingFailed(let reason):
            ReportedFault(path: FaultPath(here, .cannotSign), message: "The message could not be signed: \(reason)")
        case .signingOverloaded:
            ReportedFault(
                path: FaultPath(here, .cannotSign), message: "The message could not be signed: too many wait for the signing key")
        }
    }
}

extension PeerTrustFailure {
    var words: String {
        switch self {
        case .noCertificate: "The peer presented no certificate"
        case .notRegistered(let subject): "Authentication certificate \(subject) is not associated with any security server"
        case .notAnAuthenticationCertificate(let subject): "Peer certificate \(subject) is not an authentication certificate"
        case .missingOCSP(let subject): "Cannot verify TLS certificate \(subject), corresponding OCSP response is missing"
        case .certificate(let failure): "\(failure)"
        case .configuration(let reason): reason
        }
    }
}

extension SignedDocumentFailure {
    /// The codes of `signatureCode`; a container's failure cannot occur in a live exchange and is told as an invalid message.
    fileprivate var faultCodes: [FaultCode] {
        let codes = signatureCode.split(separator: ".").compactMap { FaultCode(text: $0) }
        return codes.isEmpty ? [.invalidMessage] : codes
    }
}

extension TransferFailure {
    var words: String {
        switch self {
        case .closed(let reason): "the connection was closed: \(reason)"
        case .timedOut(let phase): "time ran out (\(phase))"
        case .overLimit(let bytes): "more than \(bytes) bytes"
        case .failed(let reason): reason
        }
    }
}
