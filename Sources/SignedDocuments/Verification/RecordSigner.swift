import PKI
import XRoadModel

/// The time, and the signer at that time
extension RecordVerifier {
    /// The time that a time-stamp proves the signature to be as old as; nil where none does.
    func verifyTimestamp(
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

    func verifySigner(
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
            report.isConcluded = true
        } catch { report.add(error) }
    }

    private func claimedSender(of record: SignedRecord) -> MemberIdentifier? {
        guard case .content(let message) = record.message else { return record.sender }
        return sender(message)
    }
}
