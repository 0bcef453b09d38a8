import Foundation
import MessageCodecs
import Testing

/// A fault in the form in which a caller must get it.
struct ObservedFault: Sendable {
    let code: String
    let message: String
    let detail: String

    private struct JSONForm: Decodable {
        let type: String
        let message: String
        let detail: String
    }

    /// JSON with status 500 where servers or services are to blame, else 400, and the code in `X-Road-Error` (PR-REST 4.6).
    init(rest answer: CurlAnswer, _ location: SourceLocation = #_sourceLocation) throws {
        let text = String(decoding: answer.body, as: UTF8.self)
        let form = try #require(
            try? JSONDecoder().decode(JSONForm.self, from: Data(answer.body)), "\(answer.status) \(text)",
            sourceLocation: location)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
        #expect(Set(object.keys) == ["type", "message", "detail"], sourceLocation: location)
        (code, message, detail) = (form.type, form.message, form.detail)
        #expect(answer.status == (code.lowercased().hasPrefix("server.") ? 500 : 400), sourceLocation: location)
        #expect(answer.values("x-road-error") == [code], sourceLocation: location)
        #expect(answer.values("content-type") == ["application/json;charset=utf-8"], sourceLocation: location)
        requireDetail(location)
    }

    init(soap answer: CurlAnswer, status: Int = 200, _ location: SourceLocation = #_sourceLocation) throws {
        #expect(answer.status == status, sourceLocation: location)
        try self.init(soap: answer.body, contentTypes: answer.values("content-type"), location)
    }

    init(soap body: [UInt8], contentTypes: [String], _ location: SourceLocation) throws {
        #expect(contentTypes.map { $0.lowercased() } == ["text/xml; charset=utf-8"], sourceLocation: location)
        let fault = try #require(
            try? Fault.read(soap: body), "\(String(decoding: body.prefix(500), as: UTF8.self))", sourceLocation: location)
        (code, message, detail) = (fault.code, fault.message, fault.detail)
        requireDetail(location)
    }

    private func requireDetail(_ location: SourceLocation) {
        #expect(UUID(uuidString: detail) != nil, "detail is no identifier: \(detail)", sourceLocation: location)
        #expect(!message.isEmpty, sourceLocation: location)
    }
}

extension CapturedLog {
    /// The newest of so many exchanges was refused with just this fault.
    func expect(_ fault: ObservedFault, exchanges count: Int = 1, _ location: SourceLocation = #_sourceLocation) async throws {
        let lines = try await exchanges(count)
        #expect(lines.count == count, sourceLocation: location)
        let line = try #require(lines.last, sourceLocation: location)
        #expect(line.message == "exchange refused", sourceLocation: location)
        #expect(line.level == .warning, sourceLocation: location)
        #expect(line.fields["fault"] == fault.code, sourceLocation: location)
        #expect(line.fields["detail-id"] == fault.detail, sourceLocation: location)
        #expect(line.fields["reason"]?.isEmpty == false, sourceLocation: location)
    }
}
