import Foundation

/// `XK/GOV/MIA/dcam/residencePermits` (contracts/ministry-of-internal-affairs/residencePermits).
struct PermitService: SampleService {
    private let register = PermitRegister()
    private let contract: [UInt8]

    /// `contract` is the OpenAPI file, given out at `/openapi.yaml`.
    init(contract: [UInt8]) {
        self.contract = contract
    }

    func answer(_ request: ServiceRequest) -> ServiceAnswer {
        guard request.method == "GET" else {
            var answer = problem(405, "Method Not Allowed", "Only GET is allowed.")
            answer.allowedMethods = "GET"
            return answer
        }
        switch request.path {
        case "/permits": return counts(request.query ?? "")
        case "/openapi.yaml": return ServiceAnswer(contentType: "application/yaml", body: contract)
        case "/bench": return Self.kilobyte
        default: return problem(404, "Not Found", "There is nothing at this path.")
        }
    }

    /// 1,024 bytes of JSON that cost nothing to make: what `deploy/benchmark` measures is the way to it and back.
    private static let kilobyte: ServiceAnswer = {
        let start = Array(#"{"filler":""#.utf8)
        let end = Array(#""}"#.utf8)
        let filler = [UInt8](repeating: UInt8(ascii: "0"), count: 1024 - start.count - end.count)
        return ServiceAnswer(contentType: "application/json", body: start + filler + end)
    }()

    private func counts(_ text: String) -> ServiceAnswer {
        do {
            let query = try PermitQuery(query: text)
            guard let counts = register.counts(query) else {
                return problem(404, "Not Found", "No statistics are published for \(query.period.text).")
            }
            return json(PermitCounts(query: query, counts: counts), status: 200, contentType: "application/json")
        } catch {
            return problem(400, "Bad Request", error.detail)
        }
    }

    private func problem(_ status: Int, _ title: String, _ detail: String) -> ServiceAnswer {
        json(Problem(title: title, status: status, detail: detail), status: status, contentType: "application/problem+json")
    }

    private func json(_ value: some Encodable, status: Int, contentType: String) -> ServiceAnswer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else {
            return ServiceAnswer(status: 500, contentType: "text/plain", body: Array("The answer cannot be encoded.".utf8))
        }
        return ServiceAnswer(status: status, contentType: contentType, body: [UInt8](data))
    }
}

/// Problem details (RFC 9457).
private struct Problem: Encodable {
    let title: String
    let status: Int
    let detail: String
}

/// The schema `PermitCounts` of the contract.
private struct PermitCounts: Encodable {
    let period: String
    let dimensions: [String]
    let rounding = PermitCount.rounding
    let observations: [Observation]

    init(query: PermitQuery, counts: [PermitCount]) {
        period = query.period.text
        dimensions = query.dimensions.map(\.rawValue)
        observations = counts.map { Observation(count: $0, dimensions: query.dimensions) }
    }
}

private struct Observation: Encodable {
    struct Key: CodingKey {
        let stringValue: String
        let intValue: Int? = nil
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    let count: PermitCount
    let dimensions: [PermitDimension]

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(count.kind.rawValue, forKey: Key(stringValue: "kind"))
        for (dimension, code) in zip(dimensions, count.codes) {
            try container.encode(code, forKey: Key(stringValue: dimension.rawValue))
        }
        try container.encode(count.count, forKey: Key(stringValue: "count"))
    }
}
