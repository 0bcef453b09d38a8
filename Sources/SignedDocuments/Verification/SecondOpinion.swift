import XML

/// A second implementation must come to the same verdict on the signature value and the digests that it names. It does not judge
/// what they cover, and needs every part that is referred to.
enum SecondOpinion {
    /// - Parameter verdict: ours; nil where only the coverage is wrong.
    static func consult(
        _ document: SignatureDocument, _ record: SignedRecord, verdict: Bool?, _ report: inout VerificationReport
    ) {
        guard let verdict, let contents = contents(of: document, record) else { return }
        let opinion = try? XMLSignatureOracle.verifies(
            document: record.signature.signature, certificate: document.certificate.der, resolve: contents)
        guard (opinion ?? false) != verdict else { return }
        let text = opinion.map { $0 ? "valid" : "invalid" } ?? "not acceptable"
        report.findings.append(
            VerificationReport.Finding(
                subIndication: .policyProcessing, code: "second_opinion", text: "libxmlsec1 finds the signature \(text)"))
    }

    /// nil where one is not at hand.
    private static func contents(of document: SignatureDocument, _ record: SignedRecord) -> [String: [UInt8]]? {
        var contents: [String: [UInt8]] = [:]
        for (name, part) in RecordParts(record).parts {
            if case .content(let content) = part { contents[name] = content }
        }
        contents[PartName.hashChainResult] = record.signature.hashChain?.result
        return document.information.parts.allSatisfy { contents[$0.uri] != nil } ? contents : nil
    }
}
