import XML

/// `XK/GOV/CRA/civreg/verifyPerson/v1` (contracts/civil-registration-agency/verifyPerson).
struct VerifyPersonService: SampleService {
    private let register = PersonRegister()
    private let contract: [UInt8]

    /// `contract` is the WSDL, given out at `/?wsdl`.
    init(contract: [UInt8]) {
        self.contract = contract
    }

    func answer(_ request: ServiceRequest) -> ServiceAnswer {
        guard request.path == "/" else { return text(404, "There is nothing at this path.") }
        switch request.method {
        case "GET" where request.query?.lowercased() == "wsdl":
            return ServiceAnswer(contentType: "text/xml; charset=utf-8", body: contract)
        case "POST" where Self.isXML(request.contentType):
            return answer(soap: request.body)
        case "POST":
            return text(415, "The content type must be text/xml.")
        default:
            var answer = text(405, "Requests are sent with POST; the contract is at /?wsdl.")
            answer.allowedMethods = "GET, POST"
            return answer
        }
    }

    private static func isXML(_ contentType: String?) -> Bool {
        let type = contentType?.split(separator: ";").first ?? ""
        return type.lowercased().filter { !$0.isWhitespace } == "text/xml"
    }

    private func answer(soap bytes: [UInt8]) -> ServiceAnswer {
        do {
            let message = try SOAPRequest(parsing: bytes)
            let request = try VerifyPersonRequest(message.body)
            let content = VerifyPersonOutcome(request, issue: message.issue, register: register).xml
            let body = #"<verifyPersonResponse xmlns="\#(VerifyPersonRequest.namespace)">\#(content)</verifyPersonResponse>"#
            return ServiceAnswer(soap: body, header: message.header)
        } catch {
            return error.answer
        }
    }

    private func text(_ status: Int, _ text: String) -> ServiceAnswer {
        ServiceAnswer(status: status, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
    }
}

/// What the register says to a request that conforms to the contract.
enum VerifyPersonOutcome: Equatable {
    case match(Person)
    /// The number is not registered or a field differs; the caller is not told which.
    case noMatch
    case personalNumberInvalid
    case caseIdDiffers

    init(_ request: VerifyPersonRequest, issue: String?, register: PersonRegister) {
        if let issue, issue != request.caseId {
            self = .caseIdDiffers
        } else if let number = PersonalNumber(request.personalNumber) {
            self = register[number].flatMap { $0.agrees(with: request) ? .match($0) : nil } ?? .noMatch
        } else {
            self = .personalNumberInvalid
        }
    }

    /// The content of `verifyPersonResponse`.
    var xml: String {
        switch self {
        case .match(let person):
            """
            <response><match>true</match><status>\(person.status.rawValue)</status>\
            <citizenship>\(person.citizenship)</citizenship>\
            <validDocument>\(person.hasValidDocument)</validDocument></response>
            """
        case .noMatch: "<response><match>false</match></response>"
        case .personalNumberInvalid: fault("personalNumberInvalid", "The check digit of the personal number is wrong.")
        case .caseIdDiffers: fault("caseIdDiffers", "caseId is not the case named in the header issue.")
        }
    }

    private func fault(_ code: String, _ text: String) -> String {
        "<fault><faultCode>\(code)</faultCode><faultString>\(text)</faultString></fault>"
    }
}

extension Person {
    fileprivate func agrees(with request: VerifyPersonRequest) -> Bool {
        func same(_ given: String?, _ registered: String) -> Bool {
            given.map { $0.lowercased() == registered.lowercased() } ?? true
        }
        return same(request.givenName, givenName) && same(request.familyName, familyName)
            && (request.birthDate ?? birthDate) == birthDate
    }
}
