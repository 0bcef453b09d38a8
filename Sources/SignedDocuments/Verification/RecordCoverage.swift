import PKI

/// The signature and what it covers
extension RecordVerifier {
    func verifySignature(
        _ document: SignatureDocument, isInProfile: Bool, _ record: SignedRecord, _ report: inout VerificationReport
    ) {
        report.attempt(try SignedHashChain.check(document.information, record.signature.hashChain))
        report.attempt(try document.properties.signingCertificate.check(document.certificate))
        report.attempt(try AcceptedKey.check(document.certificate))
        let valueHolds = report.attempt(try document.checkValue())
        let partsHold = verifyParts(document, record, isProved: isInProfile && valueHolds, &report)
        if isInProfile {
            SecondOpinion.consult(document, record, verdict: valueHolds ? partsHold ? true : nil : false, &report)
        }
    }

    /// `isProved` tells whether the signature that names the digests is itself right.
    private func verifyParts(
        _ document: SignatureDocument, _ record: SignedRecord, isProved: Bool, _ report: inout VerificationReport
    ) -> Bool {
        let parts = RecordParts(record)
        let coverage: Coverage
        do {
            coverage = try SignatureVerifier.coverage(of: document.information, record.signature.hashChain, parts)
        } catch {
            report.add(error)
            return false
        }
        for failure in coverage.failures { report.add(failure) }
        guard coverage.failures.isEmpty else { return false }
        let covered = Set(coverage.parts.map(\.name))
        for name in parts.parts.keys.sorted() where !covered.contains(name) {
            report.add(.malformedSignature("\(name) is not covered"))
        }
        guard isProved else { return true }
        report.parts = coverage.parts.map { part in
            VerificationReport.Part(
                name: part.name, size: parts.parts[part.name]?.size, coverage: describe(part, parts.parts[part.name], &report),
                digestAlgorithm: part.algorithm.name, digest: Hexadecimal.encode(part.digest))
        }
        return true
    }

    /// What the signature says of a part, and what is still to be said of one that is not at hand.
    private func describe(
        _ part: CoveredPart, _ kept: RecordPart?, _ report: inout VerificationReport
    ) -> VerificationReport.Part.Coverage {
        switch kept {
        case .content, .digested: return part.isInHashChain ? .signedThroughHashChain : .signed
        case nil:
            report.note("\(part.name) is signed but not in the container")
            return .absent
        case .digestOnly(let digests):
            guard let digest = digests[part.algorithm] else {
                report.note("\(part.name) was not kept, nor its digest by \(part.algorithm.name)")
                return .absent
            }
            guard digest == part.digest else {
                report.add(.digestMismatch(part.name))
                return .notVerified
            }
            report.note("\(part.name) was not kept, but its digest, which is the signed one")
            return .absent
        case .erased(let note):
            report.findings.append(
                VerificationReport.Finding(subIndication: .signedDataNotFound, code: "erased", text: "\(part.name): \(note)"))
            return .erased
        }
    }
}
