import Foundation
import MessageLog
import XRoadModel

/// A record that was found, for people and for programs. Codes and ids are others' texts: they are shown escaped.
extension FoundRecord {
    static let columns = [
        "record", "time", "side", "direction", "kind", "outcome", "client", "service", "message-id", "request-id", "bytes",
        "decision", "erased-by",
    ]

    static let heading =
        "TIME                      SIDE      DIRECTION  OUTCOME     KIND  RECORD                CLIENT -> SERVICE  MESSAGE-ID"

    var fields: [String: String] {
        let entry = logged.entry
        return [
            "record": logged.identifier.name, "time": "\(entry.time)", "side": entry.side.rawValue,
            "direction": entry.direction.rawValue, "kind": entry.kind.rawValue, "outcome": outcome.rawValue,
            "client": "\(entry.client)", "service": "\(entry.service)", "message-id": entry.messageIdentifier,
            "request-id": entry.requestIdentifier, "bytes": String(logged.byteCount), "decision": logged.decision,
            "erased-by": logged.erasedBy.map { String($0) } ?? "",
        ]
    }

    var line: String {
        let entry = logged.entry
        let columns = [
            ("\(entry.time)", 25), (entry.side.rawValue, 9), (entry.direction.rawValue, 10), (outcome.rawValue, 11),
            (entry.kind.rawValue, 5), (logged.identifier.name, 21),
        ]
        let parties = DisplayText.codes(entry.client.codes) + " -> " + DisplayText.codes(entry.service.codes)
        let erased = logged.erasedBy.map { "  erased by entry \($0)" } ?? ""
        return columns.map { DisplayText.pad($0, $1) }.joined(separator: " ") + " " + parties + "  "
            + DisplayText.escape(entry.messageIdentifier) + erased
    }

    var json: String { get throws { try DisplayText.json(fields) } }
}
