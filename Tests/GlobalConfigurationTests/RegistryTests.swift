import CentralServer
import Foundation
import GlobalConfiguration
import Testing
import XRoadModel

@Suite struct RegistryTests {
    private let sample: SampleRegistry

    init() throws { sample = try SampleRegistry.shared.get() }

    @Test func readsTheFile() throws {
        let registry = try sample.registry()
        #expect(registry.instance == "AL-TEST")
        #expect(registry.address == "cs.example")
        #expect(
            registry.shared.securityServers[1].clients.map(\.description) == ["AL-TEST/GOV/2/POPULATION", "AL-TEST/GOV/1/MMIS"])
        #expect(
            registry.shared.securityServers[0].authenticationCertificateHashes == [
                sample.consumerServer.certificate.digest(.sha256)
            ])
        #expect(registry.shared.approvedCAs.map(\.authenticationOnly) == [false, true])
        #expect(registry.shared.ocspFreshnessSeconds == 1800)
        #expect(registry.privateParameters.timeStampingIntervalSeconds == 60)
    }

    static let unknownKeys: [(replaced: String, by: String, message: String)] = [
        ("\"memberClasses\"", "\"memberClases\"", "unknown key memberClases; did you mean memberClasses?"),
        ("\"profile\"", "\"profil\"", "unknown key profil in certificationServices.0; did you mean profile?"),
        (
            "\"ocspFreshnessSeconds\"", "\"OCSPFreshnessSecond\"",
            "unknown key OCSPFreshnessSecond in settings; did you mean ocspFreshnessSeconds?"
        ),
        ("\"maintenance\"", "\"xyz\"", "unknown key xyz in securityServers.1"),
        (
            "\"name\": \"Statistika\"", "\"nmae\": \"Statistika\"",
            "unknown key nmae in members.0.subsystems.0; did you mean name?"
        ),
    ]

    @Test(arguments: unknownKeys)
    func unknownKeysAreErrors(_ vector: (replaced: String, by: String, message: String)) throws {
        let error = try #require(throws: DecodingError.self) { try sample.registry([(vector.replaced, vector.by)]) }
        guard case .dataCorrupted(let context) = error else { return #expect(Bool(false), "\(error)") }
        #expect(context.debugDescription.replacing("Index ", with: "") == vector.message)
    }

    static let refused: [(replaced: String, by: String, failure: RegistryFailure)] = [
        ("\"instance\": \"AL-TEST\"", "\"instance\": \"AL/TEST\"", .invalidCode(entry: "instance", code: "AL/TEST")),
        ("\"code\": \"MMIS\"", "\"code\": \"MM:IS\"", .invalidCode(entry: "member GOV/1", code: "MM:IS")),
        ("\"code\": \"POPULATION\"", "\"code\": \"\"", .invalidCode(entry: "member GOV/2", code: "")),
        (
            "\"class\": \"GOV\", \"code\": \"2\"", "\"class\": \"NGO\", \"code\": \"2\"",
            .unknownMemberClass(entry: "member NGO/2", code: "NGO")
        ),
        ("\"code\": \"2\"", "\"code\": \"1\"", .duplicate(entry: "AL-TEST/GOV/1")),
        ("\"owner\": \"GOV/2\"", "\"owner\": \"GOV/3\"", .unknownClient(entry: "security server GOV/3/SS2", reference: "GOV/3")),
        (
            "\"owner\": \"GOV/2\"", "\"owner\": \"GOV/1/MMIS\"",
            .invalidReference(entry: "security server GOV/1/MMIS/SS2", reference: "GOV/1/MMIS")
        ),
        ("\"owner\": \"GOV/2\"", "\"owner\": \"GOV\"", .invalidReference(entry: "security server GOV/SS2", reference: "GOV")),
        (
            "[\"GOV/1/MMIS\"]", "[\"GOV/1/MMIS\", \"GOV/1/MMIS\"]",
            .duplicate(entry: "security server GOV/1/SS1: client GOV/1/MMIS")
        ),
        ("127.0.1.2", "127.0.1.2/x", .invalidAddress(entry: "security server GOV/2/SS2", address: "127.0.1.2/x")),
        ("\"address\": \"cs.example\"", "\"address\": \"http://cs\"", .invalidAddress(entry: "address", address: "http://cs")),
        ("1800", "0", .invalidSetting(name: "ocspFreshnessSeconds", value: 0, allowed: 1...604_800)),
        (
            SampleRegistry.profile, "Unheard",
            .unknownCertificateProfile(entry: "certification service Authority", profile: "Unheard")
        ),
        (
            "\"provider\": \"GOV/1/MMIS\"", "\"provider\": \"GOV/1/X\"",
            .unknownClient(entry: "managementService", reference: "GOV/1/X")
        ),
        ("\"code\": \"COM\"", "\"code\": \"GOV\"", .duplicate(entry: "member class GOV")),
    ]

    @Test(arguments: refused)
    func refuses(_ vector: (replaced: String, by: String, failure: RegistryFailure)) throws {
        #expect(SampleRegistry.text.contains(vector.replaced))
        #expect(throws: vector.failure) { try sample.registry([(vector.replaced, vector.by)]) }
    }

    @Test func aCertificateMustBeReadable() throws {
        let failure = try #require(throws: RegistryFailure.self) { try sample.registry([("ss2.pem", "absent.pem")]) }
        guard case .unreadableCertificate("absent.pem", _) = failure else { return #expect(Bool(false), "\(failure)") }
    }
}
