import ArgumentParser
import Foundation
import MessageLog
import PKI
import SignedDocuments
import Storage
import XRoadModel

/// How fast the message log takes records and is checked, and what a record costs: CPU time, bytes written. Sealing and the tree are also measured
/// alone, so that the rest is what SQLite and the disk take.
@main
struct JournalBenchmark: AsyncParsableCommand {
    @Option(help: "Folder for the log; must not exist.") var folder: String
    @Option(help: "Records of one measurement.") var records = 100_000
    @Option(help: "Records under way at once, one measurement for each.") var concurrency = [1, 8, 64, 512]
    @Option(help: "Bytes of the message part.") var bytes = 3072
    @Option(help: "Bytes of the signature document.") var signatureBytes = 6144
    @Option(help: "Messages that share a signature.") var batch = 1

    func run() async throws {
        let samples = SampleRecords(messageBytes: bytes, signatureBytes: signatureBytes, batch: batch)
        try measureAlone(samples)
        print("concurrency  records/s  µs CPU/record  bytes written/record  p50 ms  p99 ms")
        for count in concurrency {
            let path = "\(folder)-\(count)"
            defer { try? FileManager.default.removeItem(atPath: path) }
            try await measure(samples, concurrency: count, path)
            if count == concurrency.last { try await measureCheck(path) }
        }
    }

    /// How fast a check goes through what was written last: every leaf, digest and tile.
    private func measureCheck(_ path: String) async throws {
        let before = ProcessUse()
        let start = ContinuousClock.now
        let report = try await LogCheck(SQLiteLogCheckReader(folder: path), trust: LogCheckTrust()).run()
        let records = Double(report.entries)
        print(
            String(
                format: "check   %8.1f µs CPU/record, %.0f records/s, %@", ProcessUse().since(before).cpuMicroseconds / records,
                records / ((ContinuousClock.now - start) / .seconds(1)), report.verdict.rawValue))
    }

    private func measure(_ samples: SampleRecords, concurrency: Int, _ path: String) async throws {
        let journal = try SQLiteJournal(folder: path, passphrase: SecretBytes(Array("benchmark".utf8)))
        let count = max(1, records / concurrency)
        _ = try await journal.commit(samples.record(0))
        let before = ProcessUse()
        let start = ContinuousClock.now
        let waits = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for task in 0..<concurrency {
                group.addTask {
                    var waits: [Duration] = []
                    for number in 0..<count {
                        let record = samples.record(number * concurrency + task)
                        let start = ContinuousClock.now
                        _ = try await journal.commit(record)
                        waits.append(.now - start)
                    }
                    return waits
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted()
        }
        let elapsed = ContinuousClock.now - start
        await journal.close()
        let use = ProcessUse().since(before)
        let done = Double(waits.count)
        print(
            String(
                format: "%11d  %9.0f  %13.1f  %20.0f  %6.2f  %6.2f", concurrency, done / (elapsed / .seconds(1)),
                use.cpuMicroseconds / done, use.bytesWritten / done, waits[waits.count / 2] / .milliseconds(1),
                waits[waits.count * 99 / 100] / .milliseconds(1)))
    }

    /// On one thread.
    private func measureAlone(_ samples: SampleRecords) throws {
        let count = 5000
        let keys = RecordKey.block(from: 1, count: count)
        let records = (0..<count).map(samples.record)
        var sealed: [SealedRecord] = []
        sealed.reserveCapacity(count)
        var before = ProcessUse()
        for number in 0..<count { sealed.append(try SealedRecord(sealing: records[number], key: keys[number])) }
        print(String(format: "sealing %8.1f µs CPU/record", ProcessUse().since(before).cpuMicroseconds / Double(count)))
        var frontier = MerkleFrontier()
        before = ProcessUse()
        for record in sealed {
            let leaf = MessageLeaf.text(number: frontier.size + 1, lines: record.leafLines)
            _ = frontier.append(MerkleTree.leafHash(leaf))
        }
        print(String(format: "tree    %8.1f µs CPU/record", ProcessUse().since(before).cpuMicroseconds / Double(count)))
    }
}

/// What the process has used so far.
struct ProcessUse {
    let cpuMicroseconds: Double
    let bytesWritten: Double

    init() {
        var use = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &use)
        cpuMicroseconds =
            Double(use.ru_utime.tv_sec + use.ru_stime.tv_sec) * 1e6 + Double(use.ru_utime.tv_usec + use.ru_stime.tv_usec)
        let lines = (try? String(contentsOfFile: "/proc/self/io", encoding: .utf8))?.split(separator: "\n") ?? []
        bytesWritten = lines.first { $0.hasPrefix("wchar: ") }.flatMap { Double($0.dropFirst(7)) } ?? 0
    }

    private init(cpuMicroseconds: Double, bytesWritten: Double) {
        self.cpuMicroseconds = cpuMicroseconds
        self.bytesWritten = bytesWritten
    }

    func since(_ earlier: ProcessUse) -> ProcessUse {
        ProcessUse(
            cpuMicroseconds: cpuMicroseconds - earlier.cpuMicroseconds, bytesWritten: bytesWritten - earlier.bytesWritten)
    }
}

/// Records as an exchange makes them, of random bytes.
struct SampleRecords: Sendable {
    private let client = ClientIdentifier(
        member: MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "GAM"), subsystemCode: "mmis")
    private let service = ServiceIdentifier(
        provider: ClientIdentifier(
            member: MemberIdentifier(instance: "XK", memberClass: "GOV", memberCode: "MIA"), subsystemCode: "dcam"),
        serviceCode: "residencePermits")
    private let messagePart: [UInt8]
    private let signature: [UInt8]
    private let batch: Int
    private let started = Int64(Date().timeIntervalSince1970 * 1000)

    init(messageBytes: Int, signatureBytes: Int, batch: Int) {
        messagePart = Randomness.bytes(messageBytes)
        signature = Randomness.bytes(max(8, signatureBytes))
        self.batch = max(1, batch)
    }

    func record(_ number: Int) -> LogRecord {
        var signature = signature
        withUnsafeBytes(of: (number / batch).bigEndian) { signature.replaceSubrange(0..<8, with: $0) }
        let identifier = UUID().uuidString.lowercased()
        return LogRecord(
            entry: LogEntry(
                time: Instant(millisecondsSince1970: started + Int64(number)), side: .provider, direction: .request, kind: .rest,
                requestIdentifier: identifier, messageIdentifier: identifier, client: client, service: service),
            owner: service.provider.member, decision: "access-right XK/GOV/GAM/mmis", messagePart: messagePart,
            signature: SignatureData(signature: signature), configurationHash: [UInt8](repeating: 7, count: 32))
    }
}
