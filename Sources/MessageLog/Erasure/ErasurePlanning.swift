import PKI
import XRoadModel

/// What plans of erasures are made from, and checked against again before anything is erased.
package protocol ErasureReading: LogReading, TreeReading, Sendable {
    var logIdentifier: String { get }
    /// Selections of the holds that are in force, with the cases they belong to.
    func selectionsOnHold() async throws(MessageLogFailure) -> [(matter: String, selection: LogSelection)]
    /// Messages up to this number are covered by time-stamps; 0 where there is none.
    func lastTimestamped() async throws(MessageLogFailure) -> Int64
    /// Those of `records` that were erased, by the digest of the plan they were erased under; "" where there was none.
    func erased(of records: RecordRanges) async throws(MessageLogFailure) -> [String: RecordRanges]
}

extension ErasureReading {
    /// Looks at each selected record; nothing is changed. `needsTimestamp`: messages are time-stamped here, so that one without a
    /// time-stamp is kept until it has one.
    package func plan(
        for matter: CaseName, _ selection: LogSelection, needsTimestamp: Bool, at now: Instant, validSeconds: Int64
    ) async throws(MessageLogFailure) -> ErasurePlan {
        let holds = try await selectionsOnHold().map(\.selection)
        let stamped = needsTimestamp ? try await lastTimestamped() : .max
        var chosen: [Int64] = []
        var held: [Int64] = []
        var unstamped: [Int64] = []
        try await forEach(selection) { logged in
            let number = logged.identifier.number
            if logged.erasedBy != nil { return }
            if holds.contains(where: { $0.matches(logged) }) {
                held.append(number)
            } else if number > stamped {
                unstamped.append(number)
            } else {
                chosen.append(number)
            }
        }
        let records = RecordRanges(chosen)
        return ErasurePlan(
            matter: matter, log: logIdentifier, selection: selection, records: records,
            leavesDigest: try leavesDigest(of: records), held: RecordRanges(held), unstamped: RecordRanges(unstamped),
            created: now,
            expires: now.adding(seconds: validSeconds))
    }

    /// What of the plan is still to be erased: all, or what an execution left that was cut off. Fails where the records are not the
    /// ones that were approved, or somebody else has erased one of them meanwhile.
    package func remainder(of plan: ErasurePlan) async throws(MessageLogFailure) -> RecordRanges {
        guard plan.log == logIdentifier else {
            throw .planRefused(reason: "it is for the log \(plan.log), this one is \(logIdentifier)")
        }
        let last = plan.records.ranges.last?.upperBound ?? 0
        guard last <= (try treeSize()), try leavesDigest(of: plan.records) == plan.leavesDigest else {
            throw .planRefused(reason: "the log has other records under its numbers")
        }
        var remainder = plan.records
        let own = Hexadecimal.encode(plan.digest)
        for (digest, records) in try await erased(of: plan.records) {
            guard digest == own else { throw .planRefused(reason: "records \(records) were erased meanwhile by another command") }
            remainder = remainder.subtracting(records)
        }
        guard !remainder.isEmpty else {
            throw .planRefused(reason: plan.records.isEmpty ? "it erases nothing" : "it was carried out")
        }
        return remainder
    }

    /// The records that a selection is about, the newest first.
    package func forEach(
        _ selection: LogSelection, _ body: (LoggedEntry) -> Void
    ) async throws(MessageLogFailure) {
        var filter = selection.filter
        if let names = selection.names { return try await forEach(names, filter, body) }
        let pageLength = 1000
        while true {
            let page = try await list(filter, limit: pageLength)
            for logged in page where selection.matches(logged) { body(logged) }
            guard page.count == pageLength, let last = page.last else { return }
            filter.before = last.identifier
        }
    }

    private func forEach(
        _ names: Set<String>, _ filter: LogFilter, _ body: (LoggedEntry) -> Void
    ) async throws(MessageLogFailure) {
        for name in names {
            guard let number = RecordIdentifier.number(in: name, ofLog: logIdentifier) else { throw .unknownRecord(name: name) }
            var filter = filter
            filter.before = RecordIdentifier(log: logIdentifier, number: number + 1)
            guard let logged = try await list(filter, limit: 1).first, logged.identifier.number == number else { continue }
            body(logged)
        }
    }

    /// SHA-256 over the leaf hashes, read in pieces.
    private func leavesDigest(of records: RecordRanges) throws(MessageLogFailure) -> [UInt8] {
        var digest = StreamingDigest(.sha256)
        let pieceLength: Int64 = 1 << 16
        for range in records.ranges {
            var next = range.lowerBound
            while next <= range.upperBound {
                let end = min(range.upperBound, next + pieceLength - 1)
                for hash in try leafHashes(next - 1..<end) { digest.update(hash.bytes) }
                next = end + 1
            }
        }
        return digest.finish()
    }
}
