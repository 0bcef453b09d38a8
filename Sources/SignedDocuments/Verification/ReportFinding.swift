extension VerificationReport {
    /// The three outcomes of EN 319 102-1 (5.1.3).
    package enum Indication: String, Sendable, Comparable, Encodable, CaseIterable {
        case totalPassed = "TOTAL-PASSED"
        case indeterminate = "INDETERMINATE"
        case totalFailed = "TOTAL-FAILED"

        /// By gravity.
        package static func < (left: Indication, right: Indication) -> Bool { left.gravity < right.gravity }

        private var gravity: Int {
            switch self {
            case .totalPassed: 0
            case .indeterminate: 1
            case .totalFailed: 2
            }
        }
    }

    /// Sub-indications of EN 319 102-1 (tables 5 and 6) that verification here can come to.
    package enum SubIndication: String, Sendable, Encodable, CaseIterable {
        case formatFailure = "FORMAT_FAILURE"
        case hashFailure = "HASH_FAILURE"
        case signatureValueFailure = "SIG_CRYPTO_FAILURE"
        case revoked = "REVOKED"
        case expired = "EXPIRED"
        case notYetValid = "NOT_YET_VALID"
        case signatureConstraints = "SIG_CONSTRAINTS_FAILURE"
        case chainConstraints = "CHAIN_CONSTRAINTS_FAILURE"
        case noCertificateChain = "NO_CERTIFICATE_CHAIN_FOUND"
        case certificateChain = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
        case cryptographicConstraints = "CRYPTO_CONSTRAINTS_FAILURE"
        case tryLater = "TRY_LATER"
        case signedDataNotFound = "SIGNED_DATA_NOT_FOUND"
        case timestampOrder = "TIMESTAMP_ORDER_FAILURE"
        case policyProcessing = "POLICY_PROCESSING_ERROR"

        package var indication: Indication {
            switch self {
            case .formatFailure, .hashFailure, .signatureValueFailure, .revoked, .expired, .notYetValid: .totalFailed
            default: .indeterminate
            }
        }
    }

    package struct Finding: Sendable, Equatable {
        /// nil for a remark that leaves the outcome as it is.
        package let subIndication: SubIndication?
        /// X-Road's name of the failure; `configuration_refused`, `erased`, `second_opinion` where it has none; `note` for a remark.
        package let code: String
        package let text: String
    }
}
