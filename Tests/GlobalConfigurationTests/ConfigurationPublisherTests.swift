import CentralServer
import GlobalConfiguration
import PKI
import Testing
import XRoadModel

@Suite struct ConfigurationPublisherTests {
    private static let start = Instant(secondsSince1970: 1_800_000_000)
    private let sample: SampleRegistry
    private let publisher: ConfigurationPublisher

    init() throws {
        sample = try SampleRegistry.shared.get()
        publisher = try ConfigurationPublisher(
            registry: sample.registry(), key: sample.authority.key, certificate: sample.authority.certificate, at: Self.start)
    }

    private func directory(at instant: Instant = start) throws -> SignedDirectory {
        try SignedDirectory.verified(
            publisher.answer(path: "/internalconf", query: nil).body, certificates: [sample.authority.certificate.der],
            at: instant)
    }

    /// PR-GCONF 2.7: no version gives the default one, one that is not available gives 404.
    @Test(arguments: [
        (nil, 200), ("", 200), ("version=5", 200), ("x=1&version=5", 200), ("version=2", 404), ("version=6", 404),
        ("version=5&version=2", 404), ("version=", 404), ("version=05", 404),
    ])
    func versions(query: String?, status: Int) {
        #expect(publisher.answer(path: "/internalconf", query: query).status == status)
    }

    @Test(arguments: ["/", "/externalconf", "/internalconf/", "/V5/../internalconf", "/V5", ""])
    func otherPathsAreNotFound(path: String) {
        #expect(publisher.answer(path: path, query: nil).status == 404)
    }

    @Test func publishesWhatTheDirectoryLists() throws {
        let directory = try directory()
        #expect(directory.version == 5)
        #expect(directory.expires == Self.start.adding(seconds: 600))
        #expect(directory.entries.map(\.content) == [.privateParameters, .sharedParameters])
        for entry in directory.entries {
            let answer = publisher.answer(path: entry.location, query: nil)
            #expect(answer.status == 200)
            try entry.verify(answer.body)
        }
        #expect(publisher.answer(path: "/internalconf", query: nil).contentType.hasPrefix("multipart/related; "))
        let shared = try SharedParameters(
            reading: publisher.answer(path: directory.entries[1].location, query: nil).body, version: 5)
        #expect(shared.sources.map(\.internalVerificationCertificates) == [[sample.authority.certificate.der]])
    }

    @Test func signingAnewMovesOnlyTheEnd() throws {
        let before = try directory()
        try publisher.sign(at: Self.start.adding(seconds: 60))
        let after = try directory()
        #expect(after.entries == before.entries)
        #expect(after.expires == before.expires.adding(seconds: 60))
    }

    /// A client that has an earlier directory still gets its files, until that directory expires.
    @Test func replacedFilesStayWhileADirectoryListsThem() throws {
        let old = try directory().entries[1].location
        try publisher.replace(sample.registry([("Register", "Regjistri")]), at: Self.start.adding(seconds: 60))
        #expect(try directory().entries[1].location != old)
        #expect(publisher.answer(path: old, query: nil).status == 200)
        try publisher.sign(at: Self.start.adding(seconds: 600))
        #expect(publisher.answer(path: old, query: nil).status == 200)
        try publisher.sign(at: Self.start.adding(seconds: 601))
        #expect(publisher.answer(path: old, query: nil).status == 404)
    }

    @Test func anchor() throws {
        let anchor = publisher.anchor(downloadURL: "http://cs.example/internalconf", generatedAt: Self.start)
        #expect(anchor.instance == "AL-TEST")
        #expect(anchor.sources.map(\.verificationCertificates) == [[sample.authority.certificate.der]])
        #expect(try ConfigurationAnchor(reading: anchor.encoded()) == anchor)
    }

    @Test func keyAndCertificateMustFit() throws {
        #expect(throws: RegistryFailure.keyDoesNotFitCertificate) {
            try ConfigurationPublisher(
                registry: sample.registry(), key: sample.responder.key, certificate: sample.authority.certificate, at: Self.start)
        }
    }
}
