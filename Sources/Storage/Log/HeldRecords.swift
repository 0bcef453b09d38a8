import GRDB
import MessageLog

/// Which records the holds that are in force keep. Looked at by the writer, in the transaction that would erase: no hold comes too
/// late.
struct HeldRecords {
    private let holds: [(matter: String, condition: (sql: String, arguments: StatementArguments))]

    /// A hold that cannot be read keeps everything.
    init(_ database: Database, log: String) throws {
        holds = try Row.fetchAll(database, sql: #"SELECT "case", filter FROM hold WHERE released_by IS NULL"#).map { row in
            (row["case"], LogSelection(json: row["filter"])?.condition(inLog: log) ?? ("1", []))
        }
    }

    /// Narrows a query on `record` to what no hold keeps.
    var exclusion: (sql: String, arguments: StatementArguments) {
        holds.reduce((sql: "1", arguments: [])) { joined, hold in
            ("\(joined.sql) AND NOT (\(hold.condition.sql))", joined.arguments + hold.condition.arguments)
        }
    }

    /// The first record of `records` that a hold keeps, and the case.
    func first(of records: RecordRanges, _ database: Database) throws -> (number: Int64, matter: String)? {
        for hold in holds {
            let statement = try database.makeStatement(
                sql: "SELECT number FROM record WHERE number BETWEEN ? AND ? AND (\(hold.condition.sql)) LIMIT 1")
            for range in records.ranges {
                let bounds: StatementArguments = [range.lowerBound, range.upperBound]
                if let number = try Int64.fetchOne(statement, arguments: bounds + hold.condition.arguments) {
                    return (number, hold.matter)
                }
            }
        }
        return nil
    }
}

extension LogSelection {
    /// On a row of `record`.
    fileprivate func condition(inLog log: String) -> (sql: String, arguments: StatementArguments) {
        let (sql, arguments) = filter.conditions
        guard let names else { return (sql, arguments) }
        let numbers = names.compactMap { RecordIdentifier.number(in: $0, ofLog: log) }.sorted()
        return ("\(sql) AND number IN (\(numbers.map(String.init).joined(separator: ",")))", arguments)
    }
}
