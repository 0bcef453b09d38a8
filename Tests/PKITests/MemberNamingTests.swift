import PKI
import Testing
import XRoadModel

@Suite struct MemberNamingTests {
    struct Case: Sendable {
        let naming: MemberNaming
        let subject: [(type: String, text: String)]
        /// Nil where the subject is refused.
        let member: String?
    }

    private static let cases = [
        Case(
            naming: .fiVRK, subject: [("C", "FI"), ("O", "x"), ("serialNumber", "DEV/ss1/COM"), ("CN", "4321")],
            member: "DEV/COM/4321"),
        Case(naming: .fiVRK, subject: [("C", "FI"), ("O", "DEV"), ("OU", "COM"), ("CN", "4321")], member: "DEV/COM/4321"),
        Case(naming: .fiVRK, subject: [("C", "DEV"), ("O", "COM"), ("CN", "4321")], member: "DEV/COM/4321"),
        Case(naming: .fiVRK, subject: [("C", "AL"), ("O", "x"), ("serialNumber", "DEV/ss1/COM"), ("CN", "4321")], member: nil),
        Case(naming: .fiVRK, subject: [("C", "FI"), ("serialNumber", "DEV/ss1/COM"), ("CN", "4321")], member: nil),
        Case(naming: .fiVRK, subject: [("C", "FI"), ("O", "x"), ("serialNumber", "DEV/COM"), ("CN", "4321")], member: nil),
        Case(naming: .fiVRK, subject: [("C", "FI"), ("O", "x"), ("serialNumber", "DEV/a/b/COM"), ("CN", "4321")], member: nil),
        Case(naming: .fiVRK, subject: [("C", "FI"), ("O", "x"), ("serialNumber", "DEV//COM"), ("CN", "4321")], member: nil),
        Case(naming: .fiVRK, subject: [("C", "FI"), ("O", "x"), ("serialNumber", "DEV/ss1/COM")], member: nil),
        Case(
            naming: .fiVRK, subject: [("C", "FI"), ("O", "x"), ("serialNumber", "DEV/ss1/COM"), ("CN", "4321"), ("CN", "1234")],
            member: nil),
        Case(naming: .basic, subject: [("businessCategory", "GOV"), ("serialNumber", "17"), ("CN", "x")], member: "UR/GOV/17"),
        Case(naming: .basicACME, subject: [("businessCategory", "GOV"), ("serialNumber", "17")], member: "UR/GOV/17"),
        Case(naming: .basic, subject: [("serialNumber", "17"), ("CN", "x")], member: nil),
        Case(naming: .basic, subject: [("businessCategory", "GOV"), ("CN", "x")], member: nil),
        Case(naming: .ejbca, subject: [("C", "UR"), ("O", "GOV"), ("CN", "17")], member: "UR/GOV/17"),
        Case(naming: .ejbca, subject: [("C", "UR"), ("CN", "17")], member: nil),
    ]

    @Test(arguments: cases)
    func memberOfSubject(example: Case) throws {
        let subject = try DistinguishedName(example.subject)
        if let member = example.member {
            #expect(try example.naming.member(of: subject, instance: "UR").description == member)
        } else {
            #expect(throws: PKIFailure.self) { try example.naming.member(of: subject, instance: "UR") }
        }
    }

    @Test(arguments: MemberNaming.allCases)
    func composedSubjectIsRead(naming: MemberNaming) throws {
        let member = MemberIdentifier(instance: "UR", memberClass: "GOV", memberCode: "17")
        let subject = try naming.signingSubject(of: member, name: "Ministria", serverCode: "ss1", country: "AL")
        #expect(try naming.member(of: subject, instance: "UR") == member)
        #expect(try MemberNaming(profile: naming.rawValue) == naming)
        let server = SecurityServerIdentifier(owner: member, serverCode: "ss1")
        let authentication = try naming.authenticationSubject(
            of: server, name: "Ministria", address: "ss1.example", country: "AL")
        #expect(authentication.value("CN") == (naming == .ejbca ? "ss1" : "ss1.example"))
    }

    @Test func unknownProfile() {
        #expect(throws: PKIFailure.unknownCertificateProfile(name: "com.example.Profile")) {
            try MemberNaming(profile: "com.example.Profile")
        }
    }
}
