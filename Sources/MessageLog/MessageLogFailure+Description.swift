extension MessageLogFailure: CustomStringConvertible {
    package var description: String {
        switch self {
        case .partTooLarge(let part, let bytes, let limit): "\(part) has \(bytes) bytes, a record takes \(limit)"
        case .unknownRecord(let name): "there is no record \(name)"
        case .unknownLeaf(let index): "the log's tree has no leaf \(index)"
        case .journalOverloaded(let waiting): "the message log is overloaded: \(waiting) records wait"
        case .storageFull(let detail): "the disk of the message log is full: \(detail)"
        case .storageFailed(let step, let detail): "the message log failed (\(step)): \(detail)"
        case .journalClosed: "the message log is closed"
        case .contentMissing(let file): "content file \(file) is missing"
        case .contentDamaged(let file, let chunk): "content file \(file) is damaged in chunk \(chunk)"
        case .recordDamaged(let name, let reason): "record \(name) is damaged: \(reason)"
        case .exportFailed(let name, let reason): "record \(name) cannot be exported: \(reason)"
        case .treeTileMissing(let level, let position):
            "the log's tree has no hash of subtree \(position) of 2^\(level) leaves"
        }
    }
}
