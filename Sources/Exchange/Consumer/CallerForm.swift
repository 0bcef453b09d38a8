import MessageCodecs

/// How the caller speaks, and so how a fault is written for it.
package enum CallerForm: Sendable {
    case soap
    /// With the values of `Accept`, which choose between JSON and XML.
    case rest(accept: [String])
    /// Another security server: every fault is a SOAP fault with HTTP status 200 (PR-MESSTRANSP 3.1).
    case peer

    /// By the path alone, so that even a call that cannot be read gets a fault that its sender can read.
    init(of call: IncomingCall) {
        self = Self.isREST(call.target) ? .rest(accept: call.values("accept")) : .soap
    }

    /// `/r1/…`, and any other `/r<digit>/…` so that a wrong protocol version is told as REST.
    private static func isREST(_ target: String) -> Bool {
        let bytes = Array(target.utf8.prefix(4))
        return bytes.count == 4 && bytes[0] == UInt8(ascii: "/") && bytes[1] == UInt8(ascii: "r")
            && (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[2]) && bytes[3] == UInt8(ascii: "/")
    }
}
