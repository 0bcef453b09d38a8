import Foundation
import Networking

/// Who gave a command. The log's events and this server's own log name them.
struct Caller: Hashable, Sendable {
    /// User id of the process.
    let user: UInt32
    /// User id that the session began with, as the kernel's audit knows it (`loginuid` in proc(5)): `sudo` does not change it. Nil
    /// where nobody logged in, as for jobs of the system.
    let login: UInt32?

    init(user: UInt32, login: UInt32?) {
        self.user = user
        self.login = login
    }

    init(_ process: PeerProcess) {
        self.init(user: process.user, login: Self.login(ofProcess: String(process.identifier)))
    }

    /// This process.
    static var own: Caller { Caller(user: getuid(), login: login(ofProcess: "self")) }

    private static func login(ofProcess process: String) -> UInt32? {
        guard let text = FileManager.default.contents(atPath: "/proc/\(process)/loginuid"),
            let user = UInt32(String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)),
            user != .max
        else { return nil }
        return user
    }
}

extension Caller: CustomStringConvertible {
    var description: String { "uid \(user)" + (login.map { ", logged in as uid \($0)" } ?? "") }
}
