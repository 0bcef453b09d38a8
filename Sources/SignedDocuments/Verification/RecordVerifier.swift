import PKI
import XML
import XRoadModel

/// Verifies signed records offline and reports everything that it finds, by the rules of the live exchange.
///
/// The signer's certificate and the OCSP response are judged at the time of the time-stamp, as X-Road does: whoever came by a key later
/// could claim any time of signing. Without a time-stamp that proves more, they are judged at the time that the signer claims, and
/// the report says so.
package struct RecordVerifier: Sendable {
    private let trust: @Sendable (_ time: Instant) throws(ConfigurationRefused) -> RecordTrust
    private let sender: @Sendable (_ message: [UInt8]) -> MemberIdentifier?

    /// - Parameters:
    ///   - trust: by what to judge a record of that time.
    ///   - sender: reads from a message who sent it: the client of a request, the provider of an answer.
    package init(
        trust: @escaping @Sendable (_ time: Instant) throws(ConfigurationRefused) -> RecordTrust,
        sender: @escaping @Sendable (_ message: [UInt8]) -> MemberIdentifier?
    ) {
        self.trust = trust
        self.sender = sender
    }

    /// One trust for every time.
    package init(trust: RecordTrust, sender: @escaping @Sendable (_ message: [UInt8]) -> MemberIdentifier?) {
        self.init(trust: { (_) throws(ConfigurationRefused) in trust }, sender: sender)
    }

    package func verify(_ record: SignedRecord) -> VerificationReport {
        var report = VerificationReport()
        verify(record, &report)
        return report
    }

    /// Adds to what is reported already.
    func verify(_ record: SignedRecord, _ report: inout VerificationReport) {
        report.parts = Self.unverifiedParts(record)
        var check = ProfileCheck(.everyFailure)
        let document = try? SignatureDocument(parsing: record.signature.signature, &check)
        for failure in check.failures { report.add(failure) }
        guard let document else { return }
        describe(document, &report)
        verifySignature(document, isInProfile: check.failures.isEmpty, record, &report)
        let time = Self.time(of: record, document)
        let trust: RecordTrust
        do { trust = try self.trust(time) } catch {
            return report.findings.append(
                VerificationReport.Finding(
                    subIndication: .policyProcessing, code: "configuration_refused", text: error.reason))
        }
        report.configuration = trust.configuration
        let proved = verifyTimestamp(document, record, trust, &report)
        let judged = proved ?? document.properties.signingTime
        report.judgedAt = judged.description
        report.judgedBy = proved == nil ? .claimedSigningTime : .timestamp
        if let configuration = trust.configuration, configuration.ends < judged {
            report.note("the configuration had ended by that time: another one may have been in force")
        }
        verifySigner(document, record, trust, at: judged, &report)
    }

    /// By what configuration to judge: of the time that the record gives for itself. A lie about it leads to another
    /// configuration that is trusted too.
    private static func time(of record: SignedRecord, _ document: SignatureDocument) -> Instant {
        let token = record.timestamp?.token ?? document.properties.timestamp
        return token.flatMap { try? TimestampToken(der: $0) }?.generatedAt ?? document.properties.signingTime
    }
}

/// The signature and what it covers
extension RecordVerifier {
    private func verifySignature(
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

/// The time, and the signer at that time
extension RecordVerifier {
    /// The time that a time-stamp proves the signature to be as old as; nil where none does.
    private func verifyTimestamp(
        _ document: SignatureDocument, _ record: SignedRecord, _ trust: RecordTrust, _ report: inout VerificationReport
    ) -> Instant? {
        guard let token = record.timestamp?.token ?? document.properties.timestamp else {
            report.note("no time-stamp: the time of signing is what the signer claims")
            return nil
        }
        if record.timestamp != nil, document.properties.timestamp != nil {
            report.note("the time-stamp inside the signature document is not looked at: another one came along")
        }
        let stamped = StampedSignature(
            document: record.signature.signature, value: document.value, hashChain: record.timestamp?.hashChain)
        report.timestamp = VerificationReport.Timestamp(
            covers: stamped.hashChain == nil ? .signatureValue : .signatureDocument,
            tokenSHA256: Hexadecimal.encode(DigestAlgorithm.sha256.digest(token)))
        do {
            guard let timestamps = trust.timestamps else {
                _ = try stamped.stampedBytes()
                report.note("the time-stamp token is not verified: the time of signing is what the signer claims")
                return nil
            }
            let verified = try timestamps.verify(token, of: stamped, signedAt: document.properties.signingTime)
            report.timestamp?.proof = VerificationReport.Timestamp.Proof(verified)
            return verified.token.generatedAt
        } catch {
            report.add(error)
            report.note("the time-stamp proves nothing: the time of signing is what the signer claims")
            return nil
        }
    }

    private func verifySigner(
        _ document: SignatureDocument, _ record: SignedRecord, _ trust: RecordTrust, at time: Instant,
        _ report: inout VerificationReport
    ) {
        let certificate = document.certificate
        let member = claimedSender(of: record)
        report.member = member.map { String(describing: $0) }
        do {
            let trust = try trust.signers(of: member, certificate)
            report.attempt(try trust.checkUse(of: certificate))
            if let member {
                report.attempt(try trust.checkMember(of: certificate, is: member))
            } else if record.message.isAtHand {
                report.add(.incorrectCertificate("the message does not tell who sent it"))
            } else {
                report.note("the message is not at hand: whose it was is not known")
            }
            let chain = try trust.chain(of: certificate, document.properties.extraCertificates, at: time)
            let status = try trust.status(of: chain, document.properties.ocspResponses, at: time).leaf
            report.ocsp = VerificationReport.OCSP(status)
        } catch { report.add(error) }
    }

    private func claimedSender(of record: SignedRecord) -> MemberIdentifier? {
        guard case .content(let message) = record.message else { return record.sender }
        return sender(message)
    }
}

/// What needs no verification
extension RecordVerifier {
    private func describe(_ document: SignatureDocument, _ report: inout VerificationReport) {
        report.signer = VerificationReport.Signer(document.certificate)
        report.signingTime = String(describing: document.properties.signingTime)
        report.signatureAlgorithm = document.information.algorithm.uri
    }

    static func unverifiedParts(_ record: SignedRecord) -> [VerificationReport.Part] {
        RecordParts(record).parts.sorted { $0.key < $1.key }.map { name, part in
            VerificationReport.Part(name: name, size: part.size, coverage: .notVerified, digestAlgorithm: nil, digest: nil)
        }
    }
}
