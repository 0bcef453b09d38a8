import ArgumentParser
import KeyVault
import PKI
import XRoadModel

struct KeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Keys in encrypted files, and requests for their certificates.",
        subcommands: [Create.self, CreateNote.self])

    enum KeyType: String, ExpressibleByArgument, CaseIterable {
        case rsa2048 = "rsa-2048"
        case rsa3072 = "rsa-3072"
        case p256

        var kind: PrivateKey.Kind {
            switch self {
            case .rsa2048: .rsa(bits: 2048)
            case .rsa3072: .rsa(bits: 3072)
            case .p256: .p256
            }
        }
    }

    struct Create: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Makes a key (PKCS#8, encrypted, mode 0600) and what others need of it: a certificate request, say.")

        @Option(help: "Kind of key.")
        var type = KeyType.p256

        @Option(help: "Key file to make; never replaced.")
        var out: String

        @Option(help: "Subject of a request or certificate, such as C=FI,O=Agency,serialNumber=XK/SS1/GOV,CN=CRA.")
        var subject: String?

        @Option(help: "Certificate request to write (PEM).")
        var request: String?

        @Option(help: "Self-signed certificate to write (PEM): for the configuration's signing key only.")
        var selfSigned: String?

        @Option(help: "Public key to write (PEM): for an operator who approves erasures.")
        var publicKey: String?

        @OptionGroup var passphrase: PassphraseOptions

        func validate() throws {
            guard [request, selfSigned, publicKey].compactMap(\.self).count == 1 else {
                throw ValidationError("name exactly one of --request, --self-signed and --public-key")
            }
            guard (subject == nil) == (publicKey != nil) else {
                throw ValidationError("--subject goes with --request and --self-signed")
            }
        }

        func run() throws {
            let name = try subject.map { try DistinguishedName(Self.attributes($0)) }
            let key = try KeyFile.create(path: out, kind: type.kind, passphrase: passphrase.read())
            if let publicKey { try FileBytes.write(Array(key.publicKey.pem.utf8), to: publicKey) }
            if let request, let name {
                let made = try CertificateRequest.create(key: key, subject: name)
                try FileBytes.write(Array(made.pem.utf8), to: request)
            }
            if let selfSigned, let name {
                let now = SystemEnvironment().now()
                let template = CertificateTemplate(
                    subject: name, profile: .signing, notBefore: now, notAfter: now.adding(seconds: 10 * 365 * 86_400))
                let issuer = try CertificateIssuer.selfSigned(template, key: key)
                try FileBytes.write(Array(issuer.certificate.pem.utf8), to: selfSigned)
            }
        }

        private static func attributes(_ subject: String) throws -> [(type: String, text: String)] {
            try subject.split(separator: ",").map { part in
                let halves = part.split(separator: "=", maxSplits: 1).map(String.init)
                guard halves.count == 2 else { throw ValidationError("--subject: “\(part)” is not NAME=VALUE") }
                return (halves[0], halves[1])
            }
        }
    }
}
