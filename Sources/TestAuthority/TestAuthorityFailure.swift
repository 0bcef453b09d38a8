import KeyVault
import PKI

/// Why the test authority could not do what it was asked.
package enum TestAuthorityFailure: Error, Equatable {
    case pki(PKIFailure)
    case file(KeyVaultFailure)
    case exists(folder: String)
    case damagedIndex(line: Int)
    case unknownSerialNumber(String)
}

/// Passes a failure of the parts below on as ours.
func mapped<Result>(_ body: () throws(PKIFailure) -> Result) throws(TestAuthorityFailure) -> Result {
    do {
        return try body()
    } catch {
        throw .pki(error)
    }
}

/// Passes a failure of the parts below on as ours.
func mapped<Result>(_ body: () throws(KeyVaultFailure) -> Result) throws(TestAuthorityFailure) -> Result {
    do {
        return try body()
    } catch {
        throw .file(error)
    }
}

extension TestAuthorityFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .pki(let failure): "\(failure)"
        case .file(let failure): "\(failure)"
        case .exists(let folder): "\(folder) already holds a test authority"
        case .damagedIndex(let line): "index of issued certificates is damaged in line \(line)"
        case .unknownSerialNumber(let serialNumber): "no certificate with serial number \(serialNumber) was issued here"
        }
    }
}
