import GlobalConfiguration
import Logging
import MessageLog
import NIOPosix
import Networking
import PKI
import TestAuthority
import TestSupport
import Testing
import XRoadModel

@testable import Ura

/// Authorities over HTTP, and what operators are told of them.
@Suite struct TimestampAuthorityTests {
    private let http = OutboundHTTP()
    private static let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    private static let now: @Sendable () -> Instant = { SystemEnvironment().now() }

    /// What is said of an authority whose server does this.
    private func diagnosis(
        certificates: [Certificate] = [], _ handler: @escaping HTTPListener.Handler
    ) async throws -> TimestampDiagnosis {
        let listener = HTTPListener(
            address: "127.0.0.1", port: 0, tls: nil, group: Self.group, log: Logger(label: "test"), handler: handler)
        let port = try await listener.bind()
        let serving = Task { try await listener.run() }
        defer { serving.cancel() }
        return await diagnosis("http://127.0.0.1:\(port)/tsa", certificates)
    }

    private func diagnosis(_ url: String, _ certificates: [Certificate]) async -> TimestampDiagnosis {
        await TimestampDiagnosis.make(
            of: TimestampAuthority(name: "Test", url: url), certificates: certificates,
            caller: TimestampAuthorityClient(http: http), now: Self.now)
    }

    private static func authority() throws -> (TestAuthority, TemporaryFolder) {
        let folder = try TemporaryFolder()
        let authority = try TestAuthority.create(folder: folder.url.path + "/a", keyKind: .p256, now: now())
        return (authority, folder)
    }

    @Test func testAuthority() async throws {
        let (authority, folder) = try Self.authority()
        let diagnosis = try await diagnosis(
            certificates: [authority.timestampCertificate], TestAuthorityService(authority).handle)
        let proof = try diagnosis.outcome.get()
        #expect(abs(proof.clockOffsetMilliseconds) < 2000 && proof.roundTripMilliseconds >= 0)
        #expect(proof.signer == authority.timestampCertificate.subject.rfc2253)
        #expect(diagnosis.description.contains("stamped in ") && diagnosis.description.contains("ms from ours"))
        let stranger = try await self.diagnosis(
            certificates: [authority.responderCertificate], TestAuthorityService(authority).handle)
        #expect(stranger.description.contains("FAILED: token signed by a certificate that is not approved"))
        withExtendedLifetime(folder) {}
    }

    struct Answer: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let expected: String
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []
    }

    @Test(arguments: [
        Answer(
            testDescription: "page of a proxy", expected: "FAILED: it answered with text/html, not a time-stamp",
            headers: [("Content-Type", "Text/HTML; charset=utf-8")], body: Array("<html>Sign in</html>".utf8)),
        Answer(
            testDescription: "no media type", expected: "FAILED: it answered with no media type, not a time-stamp",
            body: Array("hello".utf8)),
        Answer(
            testDescription: "nothing", expected: "FAILED: malformed time-stamp response",
            headers: [("Content-Type", "application/timestamp-reply")]),
        Answer(testDescription: "unavailable", expected: "FAILED: it answered with HTTP status 503", status: 503),
        Answer(
            testDescription: "elsewhere", expected: "FAILED: it answered with HTTP status 302", status: 302,
            headers: [("Location", "http://127.0.0.1:1/")]),
        Answer(
            testDescription: "more than a time-stamp", expected: "sent a body over 69632 bytes",
            headers: [("Content-Type", "application/timestamp-reply")], body: Array(repeating: 0x30, count: 100_000)),
    ])
    func otherAnswers(_ answer: Answer) async throws {
        let diagnosis = try await diagnosis { exchange in
            while let more = try? await exchange.nextBodyChunk() { _ = more }
            try? await exchange.respond(status: answer.status, headers: answer.headers, body: answer.body)
        }
        #expect(diagnosis.description.contains(answer.expected), "\(diagnosis)")
    }

    /// All that are approved, each address once, or those that the settings name and that are approved; certificates of all.
    @Test func authoritiesOfTheConfiguration() throws {
        let instance = try TestInstance.shared.get()
        var parameters = instance.parameters(consumerAddress: "127.0.1.1", providerAddress: "127.0.1.2")
        let certificates = [instance.authority.timestampCertificate, instance.authority.responderCertificate]
        parameters.approvedTSAs = [
            ApprovedTSA(name: "One", url: "http://one", certificate: certificates[0].der),
            ApprovedTSA(name: "Two", url: "http://two", certificate: certificates[1].der),
            ApprovedTSA(name: "One, next key", url: "http://one", certificate: certificates[1].der),
        ]
        let snapshot = try TestConfiguration(parameters).snapshot
        let all = try snapshot.timestampAuthorities(named: [])
        #expect(all.authorities.map(\.name) == ["One", "Two"])
        #expect(all.certificates == [certificates[0], certificates[1], certificates[1]])
        #expect(all.intervalSeconds == nil)
        #expect(try snapshot.timestampAuthorities(named: ["Two", "Nobody", "One"]).authorities.map(\.name) == ["Two", "One"])
        #expect(throws: TimestampingFailure.refused(reason: "the global configuration approves none of Nobody")) {
            try snapshot.timestampAuthorities(named: ["Nobody"])
        }
    }

    @Test func nobodyThere() async {
        #expect(await diagnosis("http://127.0.0.1:1/tsa", []).description.contains("refused the connection"))
        #expect(await diagnosis("nonsense", []).description.contains("FAILED: unacceptable request"))
    }
}
