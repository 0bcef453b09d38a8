import SignedDocuments

/// Takes a record out of the log as an ASiC-E container, which any verifier of X-Road's containers reads without the log.
package enum LogExport {
    /// The container's bytes; the same each time. They hold the whole message, and not more of it than the log: a body that was
    /// not logged is missing, which verifiers report.
    package static func container(of logged: LoggedRecord) throws(MessageLogFailure) -> [UInt8] {
        var attachments: [Int: [UInt8]] = [:]
        for (index, attachment) in logged.record.attachments.enumerated() {
            switch attachment {
            case .inline(let bytes): attachments[index + 1] = bytes
            case .digest: break
            case .contentFile:
                throw .exportFailed(name: logged.identifier.name, reason: "attachment \(index + 1) was not read from its file")
            }
        }
        guard logged.messagePartDigest == nil else {
            throw .exportFailed(name: logged.identifier.name, reason: "only the digest of the message was kept")
        }
        let container = SignedContainer(
            message: logged.record.messagePart, attachments: attachments, signature: logged.record.signature,
            timestamp: logged.timestamp)
        do {
            return try container.encode(recorded: logged.record.entry.time)
        } catch {
            throw .exportFailed(name: logged.identifier.name, reason: "\(error)")
        }
    }

    /// The file to export to: message, side and direction are told apart, and no name has a character that a shell or file system
    /// treats specially.
    package static func fileName(of logged: LoggedRecord) -> String {
        let entry = logged.record.entry
        return "\(entry.side.rawValue)-\(entry.direction.rawValue)-\(logged.identifier.name).asice"
    }
}
