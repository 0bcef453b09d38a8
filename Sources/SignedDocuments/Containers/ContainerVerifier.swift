import PKI
import XML
import XRoadModel

/// Verifies containers offline and reports everything that it finds. The signer's certificate and the OCSP response are judged at
/// the time of the time-stamp, as X-Road does: whoever came by a key later could claim any time of signing. Without a time-stamp that
/// proves more, they are judged at the time that the signer claims, and the report says so.
package struct ContainerVerifier: Sendable {
    private let trust: VerificationTrust
    private let timestamps: TimestampTrust?
    private let sender: @Sendable ([UInt8]) -> MemberIdentifier?
    private let limits: ContainerLimits

    /// - Parameters:
    ///   - timestamps: nil leaves tokens unverified.
    ///   - sender: reads from a message who sent it: the client of a request, the provider of an answer.
    package init(
        trust: VerificationTrust, timestamps: TimestampTrust? = nil, limits: ContainerLimits = ContainerLimits(),
        sender: @escaping @Sendable (_ message: [UInt8]) -> MemberIdentifier?
    ) {
        self.trust = trust
        self.timestamps = timestamps
        self.sender = sender
        self.limits = limits
    }

    package func verify(_ archive: [UInt8]) -> VerificationReport {
        var report = VerificationReport()
        do {
            let content = try ContainerReader.read(archive, limits: limits)
            report.parts = Self.unverifiedParts(content)
            inspect(content, &report)
            let document = try SignatureDocument(parsing: content.container.signature.signature)
            verify(document, content, &report)
        } catch { report.add(error) }
        return report
    }

    private func verify(_ document: SignatureDocument, _ content: ContainerContent, _ report: inout VerificationReport) {
        describe(document, &report)
        let container = content.container
        if !document.information.isToHashChain, container.signature.hashChain != nil {
            report.note("the container's hash chain is not signed: nothing in it is proved")
        }
        attempt(&report) { () throws(SignedDocumentFailure) in try document.checkCertificate() }
        let signatureHolds = attempt(&report) { () throws(SignedDocumentFailure) in try document.checkValue() }
        let partsHold = verifyParts(document, content, proved: signatureHolds, &report)
        consultOracle(document, container, signatureHolds ? partsHold ? true : nil : false, &report)
        let proved = verifyTimestamp(document, content, &report)
        verifySigner(document, container, at: proved ?? document.properties.signingTime, &report)
    }

    /// `proved` tells whether the signature that names the digests is itself right.
    private func verifyParts(
        _ document: SignatureDocument, _ content: ContainerContent, proved: Bool, _ report: inout VerificationReport
    ) -> Bool {
        let coverage: Coverage
        do {
            coverage = try SignatureVerifier.coverage(
                of: document.information, content.container.signature.hashChain, ContainerParts(content.container))
        } catch {
            report.add(error)
            return false
        }
        for failure in coverage.failures { report.add(failure) }
        guard proved, coverage.failures.isEmpty else { return coverage.failures.isEmpty }
        report.parts = coverage.parts.map { part in
            VerificationReport.Part(
                name: part.name, size: content.sizes[String(part.name.dropFirst())],
                coverage: part.isPresent ? part.isInHashChain ? .signedThroughHashChain : .signed : .absent,
                digestAlgorithm: part.algorithm.name, digest: Hexadecimal.encode(part.digest))
        }
        for part in coverage.parts where !part.isPresent { report.note("\(part.name) is signed but not in the container") }
        return true
    }

    private func verifySigner(
        _ document: SignatureDocument, _ container: SignedContainer, at time: Instant, _ report: inout VerificationReport
    ) {
        let certificate = document.certificate
        attempt(&report) { () throws(SignedDocumentFailure) in try trust.checkUse(of: certificate) }
        if let member = sender(container.message) {
            report.member = String(describing: member)
            attempt(&report) { () throws(SignedDocumentFailure) in try trust.checkMember(of: certificate, is: member) }
        } else {
            report.add(.incorrectCertificate("the message does not tell who sent it"))
        }
        do {
            let chain = try trust.chain(of: certificate, document.properties.extraCertificates, at: time)
            let status = try trust.status(of: chain, document.properties.ocspResponses, at: time).leaf
            report.ocspProducedAt = String(describing: status.producedAt)
            report.ocspResponder = status.responder.subject.rfc2253
        } catch { report.add(error) }
    }

    /// The time that a time-stamp proves the signature to be as old as; nil where none does.
    private func verifyTimestamp(
        _ document: SignatureDocument, _ content: ContainerContent, _ report: inout VerificationReport
    ) -> Instant? {
        guard let token = content.timestampToken ?? document.properties.timestamp else {
            report.note("no time-stamp: the time of signing is what the signer claims")
            return nil
        }
        let container = content.container
        let stamped = StampedSignature(
            document: container.signature.signature, value: document.value, hashChain: container.timestamp?.hashChain)
        report.timestamp = VerificationReport.Timestamp(
            covers: stamped.hashChain == nil ? "the signature value" : "the signature document, through a hash chain",
            tokenSHA256: Hexadecimal.encode(DigestAlgorithm.sha256.digest(token)))
        do {
            try checkManifest(content)
            guard let timestamps else {
                _ = try stamped.stampedBytes()
                report.note("the time-stamp token is not verified: the time of signing is what the signer claims")
                return nil
            }
            let verified = try timestamps.verify(token, of: stamped, signedAt: document.properties.signingTime)
            report.timestamp?.proof = VerificationReport.Timestamp.Proof(verified)
            return verified.token.generatedAt
        } catch {
            report.add(error)
            return nil
        }
    }

    /// A manifest that speaks of another stamped file than the container holds.
    private func checkManifest(_ content: ContainerContent) throws(SignedDocumentFailure) {
        guard let hashChain = content.container.timestamp?.hashChain, let manifest = content.timestampManifest else { return }
        do {
            let (algorithm, digest) = try ContainerManifest.stampedDigest(in: manifest)
            guard algorithm.digest(hashChain.result) == digest else {
                throw SignedDocumentFailure.invalidHashChainResult("\(ContainerEntryName.timestampManifest) has another digest")
            }
        } catch { throw .malformedSignature("time-stamp: \(error)") }
    }

    /// A second implementation must come to the same verdict on the signature value and the digests that it names. It does not judge
    /// what they cover (`verdict` is nil where only that is wrong), and needs every part that is referred to.
    private func consultOracle(
        _ document: SignatureDocument, _ container: SignedContainer, _ verdict: Bool?, _ report: inout VerificationReport
    ) {
        var contents = ContainerParts(container).contents
        contents[PartName.hashChainResult] = container.signature.hashChain?.result
        guard let verdict, document.information.parts.allSatisfy({ contents[$0.uri] != nil }) else { return }
        let opinion = try? XMLSignatureOracle.verifies(
            document: container.signature.signature, certificate: document.certificate.der, resolve: contents)
        guard (opinion ?? false) != verdict else { return }
        let text = opinion.map { $0 ? "valid" : "invalid" } ?? "not acceptable"
        report.findings.append(
            VerificationReport.Finding(
                subIndication: .policyProcessing, code: "second_opinion", text: "libxmlsec1 finds the signature \(text)"))
    }
}

/// What needs no verification
extension ContainerVerifier {
    private func inspect(_ content: ContainerContent, _ report: inout VerificationReport) {
        for deviation in content.deviations { report.note("EN 319 162-1 A.1: \(deviation)") }
        for entry in content.unknownEntries { report.note("\(entry) is not covered by the signature") }
    }

    private func describe(_ document: SignatureDocument, _ report: inout VerificationReport) {
        let certificate = document.certificate
        report.signer = VerificationReport.Signer(
            subject: certificate.subject.rfc2253, issuer: certificate.issuer.rfc2253, serialNumber: certificate.serialNumber,
            validFrom: String(describing: certificate.notBefore), validUntil: String(describing: certificate.notAfter))
        report.signingTime = String(describing: document.properties.signingTime)
        report.signatureAlgorithm = document.information.algorithm.uri
    }

    private static func unverifiedParts(_ content: ContainerContent) -> [VerificationReport.Part] {
        ContainerParts(content.container).names.map { name in
            VerificationReport.Part(
                name: name, size: content.sizes[String(name.dropFirst())], coverage: .notVerified, digestAlgorithm: nil,
                digest: nil)
        }
    }

    /// Adds a failure to the report instead of stopping at it.
    @discardableResult
    private func attempt(_ report: inout VerificationReport, _ check: () throws(SignedDocumentFailure) -> Void) -> Bool {
        do {
            try check()
            return true
        } catch {
            report.add(error)
            return false
        }
    }
}
