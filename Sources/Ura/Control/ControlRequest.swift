/// What a command asks of the server that runs: JSON that is posted to `path` on the control socket, and answered with JSON.
protocol ControlRequest: Codable, Sendable {
    associatedtype Answer: Codable & Sendable
    static var path: String { get }
}

/// The server did not do what it was asked, and why not.
struct ControlRefusal: Codable, Error, CustomStringConvertible {
    let reason: String
    var description: String { reason }
}
