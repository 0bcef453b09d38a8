import MessageLog
import Networking

/// Fetches what witnesses have cosigned of a log.
struct WitnessCheckpoints {
    let origin: NoteName?

    /// Each source is a URL or a file. What cannot be had is a finding.
    func add(_ sources: [String], offline: Bool, to trust: inout LogCheckTrust) async {
        for source in sources {
            do {
                let isURL = source.hasPrefix("http://") || source.hasPrefix("https://")
                if isURL, offline { throw CommandFailure("not asked: --offline") }
                let bytes = isURL ? try await fetch(source) : try FileBytes.read(source)
                trust.anchors.append(.init(source: .witness(source), checkpoint: try SignedCheckpoint(bytes)))
            } catch {
                trust.findings.append(LogFinding(.witnessUnavailable, nil, "\(source): \(error)"))
            }
        }
    }

    private func fetch(_ prefix: String) async throws -> [UInt8] {
        guard let origin else { throw CommandFailure("the log has no name yet, which a witness would know it by") }
        let http = OutboundHTTP()
        defer { http.close() }
        let answer = try await WitnessHTTP(http: http).checkpoint(of: origin, from: prefix)
        guard answer.status == 200 else {
            throw MessageLogFailure.witnessUnreachable(reason: "it answered with HTTP status \(answer.status)")
        }
        return answer.body
    }
}
