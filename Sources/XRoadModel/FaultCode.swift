/// The two spellings of fault codes on the wire; a receiver understands both.
package enum FaultSpelling: String, Sendable, CaseIterable {
    /// X-Road up to 7.7: `Server.ServerProxy.AccessDenied`.
    case camelCase
    /// X-Road from 7.8: `server.serverproxy.access_denied`.
    case snakeCase
}

/// What went wrong, in X-Road's vocabulary. The raw value is the spelling of 7.8 (its `ErrorCode` list).
package enum FaultCode: String, Sendable, CaseIterable {
    // Generic
    case ioError = "io_error"
    case networkError = "network_error"
    case internalError = "internal_error"
    case badRequest = "bad_request"
    case notFound = "not_found"
    case httpError = "http_error"
    /// A network error without a word of its own up to 7.7.
    case unknownHost = "unknown_host"
    case databaseError = "database_error"
    case invalidResponse = "invalid_response"
    case invalidRequest = "invalid_request"

    // Verification
    case cannotCreateSignature = "cannot_create_signature"
    case certificateValidation = "cert_validation"
    case missingValidationInformation = "missing_validation_info"
    case incorrectValidationInformation = "incorrect_validation_info"
    case cannotCreateCertificatePath = "cannot_create_cert_path"
    case certificateValidityTime = "cert_validity_time"
    case incorrectCertificate = "incorrect_certificate"
    case unsupportedAlgorithm = "unsupported_algorithm"
    case invalidSignatureValue = "invalid_signature_value"
    case malformedSignature = "malformed_signature"
    case invalidXML = "invalid_xml"
    case invalidReference = "invalid_reference"
    case invalidCertificatePath = "invalid_cert_path"
    case signatureVerification = "signature_verification"
    case malformedSOAP = "malformed_soap"
    case invalidHashChainResult = "invalid_hash_chain"
    case malformedHashChain = "malformed_hash_chain"
    case unusedHashChainInputs = "hashchain_unused_inputs"
    case invalidHashChainReference = "invalid_hash_chain_ref"

    // Message processing
    case tlsAuthenticationFailed = "ssl_authentication_failed"
    case loggingFailed = "logging_failed"
    case timestampingFailed = "timestamping_failed"
    case invalidContentType = "invalid_content_type"
    case invalidSOAPAction = "invalid_soap_action"
    case invalidHTTPMethod = "invalid_http_method"
    case invalidMessage = "invalid_message"
    case invalidSecurityServer = "invalid_security_server"
    case mimeParsingFailed = "mime_parsing_failed"
    case missingHeader = "missing_header"
    case missingHeaderField = "missing_header_field"
    case duplicateHeaderField = "duplicate_header_field"
    case missingBody = "missing_body"
    case invalidBody = "invalid_body"
    case inconsistentHeaders = "inconsistent_headers"
    case inconsistentResponse = "inconsistent_response"
    case missingSOAP = "missing_soap"
    case invalidSOAP = "invalid_soap"
    case missingREST = "missing_rest"
    case invalidREST = "invalid_rest"
    case accessDenied = "access_denied"
    case serviceDisabled = "service_disabled"
    case serviceFailed = "service_failed"
    case missingSignature = "missing_signature"
    case unknownService = "unknown_service"
    case invalidProtocolVersion = "invalid_protocol_version"
    case invalidClientIdentifier = "invalid_client_identifier"
    case invalidServiceType = "service_type"
    case clientVersionNotSupported = "client_proxy_version_not_supported"

    // Containers
    case invalidContainer = "asic_invalid_container"
    case containerMediaTypeNotFound = "asic_mime_type_not_found"
    case containerSignatureNotFound = "asic_signature_not_found"
    case containerMessageNotFound = "asic_message_not_found"
    case invalidContainerMediaType = "asic_invalid_mime_type"
    case containerHashChainResultNotFound = "asic_hash_chain_result_not_found"
    case containerHashChainNotFound = "asic_hash_chain_not_found"
    case containerTimestampNotFound = "asic_timestamp_not_found"
    case containerManifestNotFound = "asic_manifest_not_found"

    // Configuration
    case unknownMember = "unknown_member"
    case malformedServerConfiguration = "malformed_server_conf"
    case malformedGlobalConfiguration = "malformed_global_conf"
    case outdatedGlobalConfiguration = "global_conf_outdated"
    case serviceMissingURL = "service_missing_url"
    case serviceMalformedURL = "service_malformed_url"
    case securityModuleNotOperational = "hsm_non_operational"
    case maintenanceMode = "maintenance_mode"

    // Signing
    case keyNotFound = "key_not_found"
    case keyNotAvailable = "key_not_available"
    case certificateNotFound = "cert_not_found"
    case tokenNotActive = "token_not_active"
    case tokenNotAvailable = "token_not_available"
    case cannotSign = "cannot_sign"
    case wrongCertificateUsage = "wrong_cert_usage"
    case timestamperFailed = "timestamper_failed"
}

extension FaultCode {
    package func text(_ spelling: FaultSpelling) -> String { spelling == .snakeCase ? rawValue : camelCase }

    /// Reads either spelling; nil for a code that is not X-Road's.
    package init?(text: some StringProtocol) {
        if let code = FaultCode(rawValue: String(text)) ?? Self.byCamelCase[String(text)] { self = code } else { return nil }
    }

    private static let byCamelCase = Dictionary(allCases.map { ($0.camelCase, $0) }) { first, _ in first }
}
