import Glibc
import Testing

@testable import Networking

@Suite struct EgressPolicyTests {
    private static let ranges: [(String, EgressPolicy.Range?)] = [
        ("127.0.0.1", .loopback), ("127.255.0.9", .loopback), ("::1", .loopback), ("::ffff:127.0.0.1", .loopback),
        ("169.254.169.254", .linkLocal), ("fe80::1", .linkLocal), ("febf::1", .linkLocal), ("::ffff:169.254.1.1", .linkLocal),
        ("64:ff9b::a9fe:a9fe", .linkLocal),
        ("10.1.2.3", .privateNetwork), ("172.16.0.1", .privateNetwork), ("172.31.255.255", .privateNetwork),
        ("192.168.1.1", .privateNetwork), ("100.64.0.1", .privateNetwork), ("fd00:ec2::254", .privateNetwork),
        ("0.0.0.0", .unusable), ("224.0.0.1", .unusable), ("255.255.255.255", .unusable), ("::", .unusable),
        ("ff02::1", .unusable),
        ("172.32.0.1", nil), ("8.8.8.8", nil), ("100.128.0.1", nil), ("2001:db8::1", nil), ("fec0::1", nil),
    ]

    @Test(arguments: ranges)
    func range(_ text: String, _ range: EgressPolicy.Range?) throws {
        let isVersion4 = !text.contains(":")
        var bytes = [UInt8](repeating: 0, count: isVersion4 ? 4 : 16)
        try #require(inet_pton(isVersion4 ? AF_INET : AF_INET6, text, &bytes) == 1)
        let address = try #require(IPAddress(bytes: bytes))
        #expect(address.range == range)
        if let range { #expect(!EgressPolicy(forbidden: [range]).allows(address)) }
        #expect(EgressPolicy(forbidden: []).allows(address))
    }

    @Test func defaultForbidsMetadataServices() throws {
        #expect(!EgressPolicy().allows(try #require(IPAddress(bytes: [169, 254, 169, 254]))))
        #expect(EgressPolicy().allows(try #require(IPAddress(bytes: [127, 0, 0, 1]))))
    }
}
