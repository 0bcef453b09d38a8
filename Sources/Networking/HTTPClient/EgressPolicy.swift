import Glibc

/// Which addresses the outbound client may connect to, asked with the resolved address of every new connection, so that a host
/// name cannot lead around it.
package struct EgressPolicy: Hashable, Sendable {
    package enum Range: String, Hashable, Sendable, CaseIterable {
        /// 127.0.0.0/8, ::1
        case loopback
        /// 169.254.0.0/16, fe80::/10; cloud metadata services live here
        case linkLocal
        /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16, 100.64.0.0/10, fc00::/7
        case privateNetwork
        /// 0.0.0.0/8, ::, 224.0.0.0/4, ff00::/8, 240.0.0.0/4: nothing that one connects to
        case unusable
    }

    package var forbidden: Set<Range>

    package init(forbidden: Set<Range> = [.linkLocal, .unusable]) { self.forbidden = forbidden }

    func allows(_ address: IPAddress) -> Bool {
        guard let range = address.range else { return true }
        return !forbidden.contains(range)
    }
}

/// An IPv4 or IPv6 address in network byte order.
struct IPAddress: Hashable {
    let bytes: [UInt8]

    /// Nil unless there are 4 or 16 bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// The IPv4 address that an IPv6 address stands for: mapped (RFC 4291 2.5.5.2) or translated (RFC 6052 2.1).
    private var embedded: IPAddress? {
        let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        let translated: [UInt8] = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]
        let prefix = Array(bytes.prefix(12))
        return prefix == mapped || prefix == translated ? IPAddress(bytes: Array(bytes.suffix(4))) : nil
    }

    var range: EgressPolicy.Range? {
        if let embedded { return embedded.range }
        return bytes.count == 4 ? rangeOfVersion4 : rangeOfVersion6
    }

    private var rangeOfVersion4: EgressPolicy.Range? {
        switch (bytes[0], bytes[1]) {
        case (127, _): .loopback
        case (169, 254): .linkLocal
        case (10, _), (172, 16...31), (192, 168), (100, 64...127): .privateNetwork
        case (0, _), (224..., _): .unusable
        default: nil
        }
    }

    private var rangeOfVersion6: EgressPolicy.Range? {
        switch (bytes[0], bytes[1]) {
        case (0, _) where bytes.dropLast().allSatisfy { $0 == 0 }: bytes[15] == 1 ? .loopback : .unusable
        case (0xfe, 0x80...0xbf): .linkLocal
        case (0xfc...0xfd, _): .privateNetwork
        case (0xff, _): .unusable
        default: nil
        }
    }
}

extension IPAddress: CustomStringConvertible {
    var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        _ = inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
