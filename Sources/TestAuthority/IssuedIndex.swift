import Foundation
import KeyVault
import PKI
import XRoadModel

/// What was issued and what of it is revoked: one line per certificate, `serial TAB V|R TAB revoked-since TAB subject`.
struct IssuedIndex {
    struct Entry: Equatable {
        let serialNumber: String
        var revokedSince: Instant?
        let subject: String
    }

    private(set) var entries: [Entry] = []

    private static let maximumBytes = 64 << 20

    init() {}

    init(path: String) throws(TestAuthorityFailure) {
        let file = try mapped { () throws(KeyVaultFailure) in try PrivateFile.read(path, limit: Self.maximumBytes) }
        let content = file.withBytes { String(decoding: $0, as: UTF8.self) }
        for (number, line) in content.split(separator: "\n").enumerated() {
            guard let entry = Entry(line: line) else { throw .damagedIndex(line: number + 1) }
            entries.append(entry)
        }
    }

    mutating func add(_ certificate: Certificate) {
        entries.append(Entry(serialNumber: certificate.serialNumber, revokedSince: nil, subject: certificate.subject.rfc2253))
    }

    /// Keeps the first revocation.
    mutating func revoke(_ serialNumber: String, since: Instant) throws(TestAuthorityFailure) {
        guard let index = entries.firstIndex(where: { $0.serialNumber == serialNumber }) else {
            throw .unknownSerialNumber(serialNumber)
        }
        entries[index].revokedSince = entries[index].revokedSince ?? since
    }

    func status(of serialNumber: String) -> OCSPResponder.Status {
        guard let entry = entries.first(where: { $0.serialNumber == serialNumber }) else { return .unknown }
        return entry.revokedSince.map(OCSPResponder.Status.revoked) ?? .good
    }

    /// On disk, whole, when this returns.
    func write(to path: String) throws(TestAuthorityFailure) {
        let content = Array(entries.map(\.line).joined().utf8)
        try mapped { () throws(KeyVaultFailure) in try DurableFile.replace(path, content) }
    }
}

extension IssuedIndex.Entry {
    fileprivate init?(line: Substring) {
        let fields = line.split(separator: "\t", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 4, !fields[0].isEmpty else { return nil }
        switch fields[1] {
        case "V" where fields[2].isEmpty: self.init(serialNumber: fields[0], revokedSince: nil, subject: fields[3])
        case "R":
            guard let since = Instant(iso8601: fields[2]) else { return nil }
            self.init(serialNumber: fields[0], revokedSince: since, subject: fields[3])
        default: return nil
        }
    }

    fileprivate var line: String {
        let since = revokedSince?.iso8601(milliseconds: false) ?? ""
        let printable = String(subject.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return [serialNumber, revokedSince == nil ? "V" : "R", since, printable].joined(separator: "\t") + "\n"
    }
}
