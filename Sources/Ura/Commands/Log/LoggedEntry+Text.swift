import Foundation
import MessageLog

/// A line of a list, for people and for programs.
extension LoggedEntry {
    static let heading =
        "TIME                      SIDE      DIRECTION  KIND  BYTES     RECORD                CLIENT -> SERVICE"

    var line: String {
        func pad(_ text: String, _ width: Int) -> String {
            text.padding(toLength: max(width, text.count), withPad: " ", startingAt: 0)
        }
        return [
            pad("\(entry.time)", 25), pad(entry.side.rawValue, 9), pad(entry.direction.rawValue, 10), pad(entry.kind.rawValue, 5),
            pad("\(byteCount)", 9), pad(identifier.name, 21),
            "\(entry.client) -> \(entry.service)" + (erasedBy == nil ? "" : " (erased)"),
        ].joined(separator: " ")
    }

    var json: String {
        get throws {
            let fields: [String: String] = [
                "id": identifier.name, "time": "\(entry.time)", "side": entry.side.rawValue,
                "direction": entry.direction.rawValue,
                "kind": entry.kind.rawValue, "requestIdentifier": entry.requestIdentifier,
                "messageIdentifier": entry.messageIdentifier,
                "client": "\(entry.client)", "service": "\(entry.service)", "bytes": "\(byteCount)", "owner": "\(owner)",
            ].merging(erasedBy.map { ["erasedBy": "\($0)"] } ?? [:]) { $1 }
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(fields), as: UTF8.self)
        }
    }
}
