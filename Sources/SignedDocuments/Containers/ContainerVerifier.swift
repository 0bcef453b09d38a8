import PKI
import XRoadModel

/// Verifies containers: what is in the archive, and then the record in it.
package struct ContainerVerifier: Sendable {
    private let records: RecordVerifier
    private let limits: ContainerLimits

    package init(_ records: RecordVerifier, limits: ContainerLimits = ContainerLimits()) {
        self.records = records
        self.limits = limits
    }

    package func verify(_ archive: [UInt8]) -> VerificationReport {
        var report = VerificationReport()
        let content: ContainerContent
        do { content = try ContainerReader.read(archive, limits: limits) } catch {
            for failure in error.failures { report.add(failure) }
            return report
        }
        for deviation in content.deviations { report.note("EN 319 162-1 A.1: \(deviation)") }
        for failure in content.failures { report.add(failure) }
        report.attempt(try Self.checkTimestampManifest(content))
        records.verify(content.record, &report)
        return report
    }

    /// The manifest speaks of the file that the token stamps. It is not signed, so that it proves nothing; but one that contradicts the
    /// container was not made with it.
    private static func checkTimestampManifest(_ content: ContainerContent) throws(SignedDocumentFailure) {
        guard let timestamp = content.record.timestamp?.batch, let manifest = content.timestampManifest else { return }
        do {
            let (algorithm, digest) = try ContainerManifest.stampedDigest(in: manifest)
            guard algorithm.digest(timestamp.hashChain.result) == digest else {
                throw SignedDocumentFailure.invalidHashChainResult("\(ContainerEntryName.timestampManifest) has another digest")
            }
        } catch { throw .malformedSignature("time-stamp: \(error)") }
    }
}
