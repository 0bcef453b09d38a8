import ArgumentParser

/// Two institutions with synthetic data, for demo, tests and benchmark. Never part of what is installed.
@main
struct SampleInstitutions: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "SampleInstitutions", abstract: "Services of two institutions, with synthetic data, over plain HTTP.",
        subcommands: [CivilRegistrationAgency.self, MinistryOfInternalAffairs.self])
}

struct CivilRegistrationAgency: AsyncParsableCommand {
    static let name = "civil-registration-agency"
    static let configuration = CommandConfiguration(
        commandName: name, abstract: "verifyPerson (SOAP) at /, its WSDL at /?wsdl.")

    @OptionGroup var server: InstitutionServer

    func run() async throws {
        let contract = try server.contract("civil-registration-agency/verifyPerson/service.wsdl")
        try await server.run(VerifyPersonService(contract: contract), name: Self.name)
    }
}

struct MinistryOfInternalAffairs: AsyncParsableCommand {
    static let name = "ministry-of-internal-affairs"
    static let configuration = CommandConfiguration(
        commandName: name,
        abstract: "residencePermits (REST) at /permits, its OpenAPI description at /openapi.yaml, one kilobyte at /bench.")

    @OptionGroup var server: InstitutionServer

    func run() async throws {
        let contract = try server.contract("ministry-of-internal-affairs/residencePermits/openapi.yaml")
        try await server.run(PermitService(contract: contract), name: Self.name)
    }
}
