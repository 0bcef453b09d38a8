import Foundation
import MessageLog

/// A line of a list, for people and for programs. Codes and ids are others' texts: they are shown escaped.
extension LoggedEntry {
    static let heading = "TIME                      SIDE      DIRECTION  KIND  BYTES     RECORD                CLIENT -> SERVICE"

    var line: String {
        let columns = [
            ("\(entry.time)", 25), (entry.side.rawValue, 9), (entry.direction.rawValue, 10), (entry.kind.rawValue, 5),
            ("\(byteCount)", 9), (identifier.name, 21),
        ]
        let parties = DisplayText.codes(entry.client.codes) + " -> " + DisplayText.codes(entry.service.codes)
        let erased = erasedBy.map { "  erased by entry \($0)" } ?? ""
        return columns.map { DisplayText.pad($0, $1) }.joined(separator: " ") + " " + parties + erased
    }

    var json: String {
        get throws {
            var fields = [
                "id": identifier.name, "time": "\(entry.time)", "side": entry.side.rawValue,
                "direction": entry.direction.rawValue, "kind": entry.kind.rawValue, "requestIdentifier": entry.requestIdentifier,
                "messageIdentifier": entry.messageIdentifier, "client": "\(entry.client)", "service": "\(entry.service)",
                "bytes": "\(byteCount)", "owner": "\(owner)",
            ]
            fields["erasedBy"] = erasedBy.map { String($0) }
            return try DisplayText.json(fields)
        }
    }
}
