import MessageLog

extension SQLiteLogReader {
    /// A record or an event by its name, as it lies in the log.
    package func entry(named name: String) async throws(MessageLogFailure) -> StoredEntry {
        let found = try await reading("read entry") { database in try self.number(of: name, database) }
        guard let found, found <= (try treeSize()), let entry = try await storedEntries(found...found).first else {
            throw .unknownRecord(name: name)
        }
        return entry
    }
}
