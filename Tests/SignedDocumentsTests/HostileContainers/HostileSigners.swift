import PKI
import SignedDocuments
import TestSupport

/// Right signatures by the wrong ones
extension HostileContainerTests {
    static let signers: [Hostile] = [
        Hostile("another member's signature", signer) {
            let message = $0.message.replacing("AL/GOV/1234", with: "AL/COM/1234")
            return try $0.container($0.signed(message: message), message: message)
        },
        Hostile("a message without a sender", signer) { try $0.container($0.signed(message: [1]), message: [1]) },
        Hostile("authentication certificate", format) { exchange in
            let certificate = try exchange.instance.certificate(for: exchange.key, .authentication)
            return try exchange.container(exchange.signed(by: certificate))
        },
        Hostile("an RSA key of 1024 bits", weak, "INDETERMINATE CRYPTO_CONSTRAINTS_FAILURE cannot_create_cert_path") { exchange in
            let pem = try runTool("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]).output
            let key = try PrivateKey(pem: pem, passphrase: [])
            return try exchange.container(exchange.signed(by: exchange.instance.certificate(for: key), key: key))
        },
        Hostile("certificate of another authority", "INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND cannot_create_cert_path") {
            let certificate = try TestInstance().certificate(for: $0.key)
            return try $0.container($0.signed(by: certificate, status: $0.instance.status(of: certificate)))
        },
        Hostile("revoked", "TOTAL-FAILED REVOKED invalid_cert_path.cert_validation") {
            try $0.container($0.signed(status: $0.instance.status(of: $0.certificate, .revoked(since: signingTime))))
        },
        Hostile("unknown to the responder", status) {
            try $0.container($0.signed(status: $0.instance.status(of: $0.certificate, .unknown)))
        },
        Hostile("status of another certificate", status) {
            try $0.container($0.signed(status: $0.instance.status(of: $0.instance.certificate(for: .generate(.p256)))))
        },
        Hostile("old status", status) {
            try $0.container($0.signed(status: $0.instance.status(of: $0.certificate, at: signingTime.adding(seconds: -3601))))
        },
        Hostile("status of tomorrow", status) {
            try $0.container($0.signed(status: $0.instance.status(of: $0.certificate, at: signingTime.adding(seconds: 3600))))
        },
        Hostile("no status", "INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE invalid_cert_path.cert_validation") {
            try $0.container($0.signed(status: [0x30, 0]))
        },
        Hostile(
            "trailing byte behind the status", "INDETERMINATE CERTIFICATE_CHAIN_GENERAL_FAILURE invalid_cert_path.cert_validation"
        ) { try $0.container($0.signed(status: $0.instance.status(of: $0.certificate) + [0])) },
    ]
}
