import XRoadModel

/// An identifier's codes in one column: joined by `/`, with `%` and `/` in codes as `%25` and `%2F`.
enum CodePath {
    static func encode(_ client: ClientIdentifier) -> String { encode(client.codes) }
    static func encode(_ member: MemberIdentifier) -> String { encode(member.codes) }

    private static func encode(_ codes: [String]) -> String {
        guard codes.contains(where: { $0.utf8.contains { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "/") } }) else {
            return codes.joined(separator: "/")
        }
        return codes.map { $0.replacing("%", with: "%25").replacing("/", with: "%2F") }.joined(separator: "/")
    }

    static func decode(_ path: String) -> ClientIdentifier? {
        ClientIdentifier(
            codes: path.split(separator: "/", omittingEmptySubsequences: false).map {
                String($0).replacing("%2F", with: "/").replacing("%25", with: "%")
            })
    }

    static func decodeMember(_ path: String) -> MemberIdentifier? {
        decode(path).flatMap { $0.subsystemCode == nil ? $0.member : nil }
    }
}
