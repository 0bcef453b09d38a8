/// The extensions of a kind of certificate. `certs/` has the same profiles for the `openssl` tool.
package enum CertificateProfile: Sendable, Hashable {
    /// `pathLength` bounds the authorities below; nil sets no bound.
    case authority(pathLength: Int?)
    case signing
    case authentication
    case ocspResponder
    case timestampAuthority

    var lines: [String] {
        switch self {
        case .authority(let pathLength):
            [
                "basicConstraints=critical,CA:TRUE" + (pathLength.map { ",pathlen:\($0)" } ?? ""),
                "keyUsage=critical,keyCertSign,cRLSign",
            ]
        case .signing:
            ["basicConstraints=critical,CA:FALSE", "keyUsage=critical,nonRepudiation"]
        case .authentication:
            [
                "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature,keyEncipherment,keyAgreement",
                "extendedKeyUsage=clientAuth,serverAuth",
            ]
        case .ocspResponder:
            [
                "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature", "extendedKeyUsage=OCSPSigning",
                "noCheck=ignored",
            ]
        case .timestampAuthority:
            [
                "basicConstraints=critical,CA:FALSE", "keyUsage=critical,digitalSignature",
                "extendedKeyUsage=critical,timeStamping",
            ]
        }
    }
}
