import XML

/// The `verifyPerson` element of the contract.
struct VerifyPersonRequest: Equatable {
    static let namespace = "urn:xk:cra:civreg:v1"

    let personalNumber: String
    let givenName: String?
    let familyName: String?
    let birthDate: String?
    let caseId: String

    /// Refuses what the contract's schema refuses, except for days such as 30 February, which match nobody.
    init(_ element: XMLElement) throws(SOAPFault) {
        guard element.named("verifyPerson", Self.namespace) else {
            throw SOAPFault(.client, "There is no operation '\(element.name)' in this service.")
        }
        guard element.children.count == 1, let request = element.child("request", Self.namespace) else {
            throw SOAPFault(.client, "verifyPerson must contain one request.")
        }
        let values = try Self.values(of: request)
        guard let personalNumber = values["personalNumber"], let caseId = values["caseId"] else {
            throw SOAPFault(.client, "personalNumber and caseId are mandatory.")
        }
        self.personalNumber = personalNumber
        self.caseId = caseId
        givenName = values["givenName"]
        familyName = values["familyName"]
        birthDate = values["birthDate"]
    }

    /// In the schema's order.
    private static let fields: [(name: String, isValid: @Sendable (String) -> Bool)] = [
        ("personalNumber", { $0.wholeMatch(of: /[0-9]{10}/) != nil }),
        ("givenName", { (1...100).contains($0.unicodeScalars.count) }),
        ("familyName", { (1...100).contains($0.unicodeScalars.count) }),
        ("birthDate", { $0.wholeMatch(of: /[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])/) != nil }),
        ("caseId", { $0.wholeMatch(of: /[A-Za-z0-9.\/\-]{1,64}/) != nil }),
    ]

    private static func values(of request: XMLElement) throws(SOAPFault) -> [String: String] {
        var values: [String: String] = [:]
        var remaining = fields[...]
        for child in request.children {
            guard child.namespace == namespace, let index = remaining.firstIndex(where: { $0.name == child.name }) else {
                throw SOAPFault(.client, "'\(child.name)' is unknown, repeated or out of order.")
            }
            guard child.containsOnlyText, remaining[index].isValid(child.text) else {
                throw SOAPFault(.client, "The value of '\(child.name)' does not conform to the contract.")
            }
            values[child.name] = child.text
            remaining = remaining[(index + 1)...]
        }
        return values
    }
}
