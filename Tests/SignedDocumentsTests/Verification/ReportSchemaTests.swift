import Foundation
import PKI
import SignedDocuments
import TestSupport
import Testing
import XRoadModel

/// Reports of every kind before `contracts/verification-report.schema.json`, by Python's jsonschema.
@Suite struct ReportSchemaTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..")
    private static let schema = root.appendingPathComponent("contracts/verification-report.schema.json").standardizedFileURL.path

    /// Prints a line for each document that the schema does not take.
    private func refused(_ documents: [[UInt8]]) throws -> [String] {
        let script = """
            import json, sys
            from jsonschema import Draft202012Validator
            schema = json.load(open(sys.argv[1]))
            Draft202012Validator.check_schema(schema)
            validator = Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
            for line in sys.stdin:
                for error in validator.iter_errors(json.loads(line)): print(line.strip()[:200], error.json_path, error.message[:200])
            """
        let python = Self.root.appendingPathComponent(".venv/bin/python").standardizedFileURL.path
        let input = Array(documents.joined(separator: [0x0a]))
        let result = try runTool(python, ["-c", script, Self.schema], input: input)
        #expect(result.status == 0, "\(result.errors)")
        return result.text.split(separator: "\n").map(String.init)
    }

    @Test func reportsOfEveryKind() throws {
        let exchange = try SignedExchange()
        var records = [exchange.record]
        var record = exchange.record
        record.message = .erased(note: "erased")
        record.attachments[1] = .digestOnly([:])
        records.append(record)
        record = exchange.record
        record.attachments = [2: .content([1])]
        records.append(record)
        record.signature = SignatureData(signature: Array("<a>".utf8))
        records.append(record)
        var reports = records.map { exchange.report(on: $0) } + [.ofNothingLeft(note: "erased")]
        reports[0].subject = "a.asice"
        #expect(reports.map(\.indication) == [.totalPassed, .indeterminate, .totalFailed, .totalFailed, .indeterminate])
        #expect(try refused(reports.map { try $0.json() }) == [])
    }

    /// With the containers of X-Road that have time-stamps, and those that fail.
    @Test func reportsOnReferenceContainers() throws {
        guard let trust = try TestTrust.read(TestTrust.configuration),
            let timestamps = try TestTrust.timestamps(TestTrust.configuration)
        else { return }
        let configuration = VerificationReport.Configuration(
            instance: "DEV", hash: String(repeating: "0", count: 64), validUntil: signingTime, trust: .asGiven)
        let verifier = ContainerVerifier(
            RecordVerifier(
                trust: RecordTrust(configuration: configuration, timestamps: timestamps) { _ in trust }, sender: TestTrust.sender)
        )
        let reports = try ContainerVectorTests.table.compactMap { try Vectors.bytes("asic/\($0.name).asice") }
            .map { try verifier.verify($0).json() }
        #expect(try refused(reports) == [])
        #expect(reports.contains { $0.text.contains(#""judgedBy":"time-stamp""#) })
    }

    static let wrong = [
        (#""version":1"#, #""version":2"#), (#""indication":"TOTAL-PASSED""#, #""indication":"PASSED""#),
        (#""indication":"TOTAL-PASSED""#, #""indication":"TOTAL-FAILED""#), (#""code":"note""#, #""code":"Note""#),
        (#""coverage":"signed through hash chain""#, #""coverage":"signed perhaps""#),
        (#""judgedBy":"claimed signing time","#, ""), (#""name":"/message.xml""#, #""name":"/etc/passwd""#),
        (#""code":"note""#, #""code":"note","subIndication":"REVOKED""#),
        (#""judgedAt":"2026-11-23T13:24:44.010Z""#, #""judgedAt":"yesterday""#),
    ]

    /// The schema can refuse.
    @Test(arguments: wrong.indices) func refusesWhatIsWrong(_ index: Int) throws {
        let exchange = try SignedExchange()
        let json = try exchange.report(on: exchange.record).json()
        let (old, new) = Self.wrong[index]
        let altered = json.replacing(old, with: new)
        #expect(altered != json)
        #expect(try !refused([altered]).isEmpty)
    }

    /// The schema knows every word that a report can have, and no other.
    @Test func wordsOfTheSchema() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.schema))
        let schema = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        func words(_ path: String...) -> [String]? {
            path.reduce(schema as Any?) { ($0 as? [String: Any])?[$1] } as? [String]
        }
        #expect(
            words("$defs", "subIndication", "enum") == VerificationReport.SubIndication.allCases.map(\.rawValue))
        #expect(words("properties", "indication", "enum") == VerificationReport.Indication.allCases.map(\.rawValue))
        #expect(words("properties", "judgedBy", "enum") == VerificationReport.TimeSource.allCases.map(\.rawValue))
        #expect(
            words("$defs", "part", "properties", "coverage", "enum") == VerificationReport.Part.Coverage.allCases.map(\.rawValue))
        #expect(
            words("properties", "timestamp", "properties", "covers", "enum")
                == VerificationReport.Timestamp.Subject.allCases.map(\.rawValue))
        #expect(
            words("properties", "configuration", "properties", "trust", "enum")
                == VerificationReport.Configuration.Trust.allCases.map(\.rawValue))
    }
}
