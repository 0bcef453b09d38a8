import ArgumentParser
import Foundation
import MessageLog
import Storage

struct LogSampleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: "Draws records at random and writes them with proofs that they are in the log.",
        discussion: """
            The seed decides: with the same one, whoever has the log's numbers draws the same sample, so an auditor should choose it, or \
            take it from somewhere public. Only records that a checkpoint covers are drawn from. Where the content was erased, the \
            proof still stands for the record.
            """)

    @Option(help: "Settings file of the security server.") var settings: String
    @Option(help: "How many records, up to \(RecordSample.maximumCount).") var count: Int
    @Option(help: "What the sample is drawn by: any text.") var seed: String
    @OptionGroup var criteria: CriteriaOptions
    @Option(help: "Draw from entries up to this number, as an earlier sample did; otherwise up to the last checkpoint.")
    var through: Int64?
    @Option(help: "Folder to make: proofs, containers and manifest.json.") var folder: String
    @Flag(help: "Also write the global configurations to verify by.") var withConfiguration = false
    @Option(name: .customLong("case"), help: "Name of the case.") var matter: String?
    @OptionGroup var asker: OperatorOptions

    func validate() throws {
        guard (1...RecordSample.maximumCount).contains(count) else {
            throw ValidationError("--count is from 1 to \(RecordSample.maximumCount)")
        }
        guard CaseName(seed) != nil else {
            throw ValidationError("--seed: a text of 1 to \(CaseName.maximumBytes) bytes that can be seen")
        }
        guard !FileManager.default.fileExists(atPath: folder) else {
            throw ValidationError("--folder: \(folder) is there already")
        }
    }

    func run() async throws {
        let settings = try SecurityServerSettings.load(settings)
        let reader = try LogReader.openContent(settings)
        let last = try await lastNumber(reader)
        var sample = RecordSample(count: count, seed: seed, log: reader.logIdentifier)
        try await reader.search(criteria.criteria()) { record in
            if record.logged.identifier.number <= last { sample.offer(record.logged.identifier.number) }
            return true
        }
        guard !sample.numbers.isEmpty else { throw CommandFailure("no record to draw from") }
        let entry = try await journal(sample, last, settings)
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let place = ExportPlace(
            file: nil, folder: folder, configurations: StateFolder(existing: settings.stateFolder).configuration)
        var drawn: [SampleManifest.Record] = []
        for number in sample.numbers { drawn.append(try await write(number, reader, place)) }
        let manifest = SampleManifest(
            log: reader.logIdentifier, seed: seed, through: last, candidates: sample.candidates, criteria: criteria.typed,
            entry: entry, records: drawn)
        try FileBytes.write(manifest.encoded(), to: "\(folder)/manifest.json")
        let erased = drawn.count { $0.container == nil }
        print(
            "drew \(drawn.count) of \(sample.candidates) records" + (erased > 0 ? ", \(erased) of them erased" : "")
                + ": \(folder)")
    }

    private func lastNumber(_ reader: SQLiteLogReader) async throws -> Int64 {
        guard let signed = try await reader.latest()?.signed.checkpoint.size else {
            throw CommandFailure("the log has no checkpoint yet")
        }
        guard let through else { return signed }
        guard (1...signed).contains(through) else {
            throw CommandFailure("--through: the last checkpoint covers entries up to \(signed)")
        }
        return through
    }

    private func journal(_ sample: RecordSample, _ last: Int64, _ settings: SecurityServerSettings) async throws -> String {
        var request = criteria.statement(found: sample.numbers.count)
        request["seed"] = seed
        request["through"] = String(last)
        request["candidates"] = String(sample.candidates)
        request["records"] = "\(RecordRanges(sample.numbers))"
        request["case"] = try matter.map { try CommandText.matter($0).description }
        return try await settings.perform(
            RecordAccess(kind: .sample, request: request, proof: asker.proof(of: request))
        ).entry
    }

    private func write(_ number: Int64, _ reader: SQLiteLogReader, _ place: ExportPlace) async throws -> SampleManifest.Record {
        let name = RecordIdentifier(log: reader.logIdentifier, number: number).name
        let entry = try await reader.entry(named: name)
        let proof = try await LogProver(tree: reader, checkpoints: reader).inclusion(of: entry)
        try FileBytes.write(proof.encoded, to: "\(folder)/\(name).tlog-proof")
        guard case .message(let message) = entry, message.erasedBy == nil else {
            return SampleManifest.Record(record: name, proof: "\(name).tlog-proof", container: nil)
        }
        try place.write(await reader.record(named: name), withConfiguration: withConfiguration)
        return SampleManifest.Record(record: name, proof: "\(name).tlog-proof", container: "\(name).asice")
    }
}

/// What was drawn and how, so that the same sample can be drawn again.
struct SampleManifest: Encodable {
    struct Record: Encodable {
        let record: String
        let proof: String
        /// Nil where the content was erased.
        let container: String?
    }

    let format = "ura-sample 1"
    let log: String
    let seed: String
    let through: Int64
    let candidates: Int64
    let criteria: [String: String]
    /// The log's entry about the sample.
    let entry: String
    let records: [Record]

    func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        return [UInt8](try encoder.encode(self)) + [0x0A]
    }
}
