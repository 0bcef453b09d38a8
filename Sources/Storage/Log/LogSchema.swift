/// The message log's tables.
extension StoreSchema {
    /// `migration` brings records of version 1 into the tables of version 2.
    static func log(migration: @escaping Step = { _ in }) -> StoreSchema {
        StoreSchema(steps: [
            sql(logVersion1),
            { database in
                try database.execute(sql: logVersion2)
                try migration(database)
                try database.execute(sql: "DROP TABLE former_attachment; DROP TABLE former_record")
            },
        ])
    }

    /// Client and provider are codes joined by `/`, with `%` and `/` in codes as `%25` and `%2F`. `message_part` and `bytes` lie in
    /// the clear.
    private static let logVersion1 = """
        CREATE TABLE record (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            name TEXT NOT NULL UNIQUE,
            time INTEGER NOT NULL,
            side TEXT NOT NULL,
            direction TEXT NOT NULL,
            kind TEXT NOT NULL,
            request_identifier TEXT NOT NULL,
            message_identifier TEXT NOT NULL,
            client TEXT NOT NULL,
            provider TEXT NOT NULL,
            service_code TEXT NOT NULL,
            service_version TEXT,
            byte_count INTEGER NOT NULL,
            configuration_hash BLOB NOT NULL,
            message_part BLOB NOT NULL,
            signature BLOB NOT NULL,
            hash_chain_result BLOB,
            hash_chain BLOB
        ) STRICT;
        CREATE INDEX record_time ON record (time);
        CREATE INDEX record_request_identifier ON record (request_identifier);
        CREATE INDEX record_message_identifier ON record (message_identifier);
        CREATE TABLE attachment (
            record INTEGER NOT NULL REFERENCES record (number),
            position INTEGER NOT NULL,
            byte_count INTEGER NOT NULL,
            bytes BLOB,
            file TEXT UNIQUE,
            file_key BLOB,
            PRIMARY KEY (record, position),
            CHECK ((bytes IS NULL) = (file IS NOT NULL) AND (file IS NULL) = (file_key IS NULL))
        ) STRICT;
        """

    /// A commit writes each page that it touches, so rows are added at the end of few tables and no index has to be kept for each:
    /// identifiers are found through `lookup`, which is made of many entries at once.
    ///
    /// * `log`: one row: the log's own digits in names, the key store that has its keys, how often the log was opened for writing,
    ///   and the number of the last erasure.
    /// * `record`: what is known of a message without opening it. `key` is `record_key.number` in the key store. `signature` is
    ///   null where the document lies sealed in the evidence; with its digest also after erasure has destroyed it.
    /// * `part`: what a record holds, `place` being its number · 4096 + the part's counter (`RecordSeal`). `bytes` are null once
    ///   erased; where `file` is not null they are the sealed key of that content file and `digest` is the file's.
    /// * `signature`: signature documents, each for the messages that it covers.
    /// * `event`: entries that are not messages.
    /// * `tree_tile`: hashes of complete subtrees (`CompletedTile`).
    /// * `checkpoint`: signed notes of the tree at `size` (`KeptCheckpoint`), with the token that time-stamps them.
    /// * `run`, `lookup`: see `LookupRuns`.
    /// * `erasing`: records that are marked as erased, as long as something of their content may be left.
    /// * `former_name`: names that records had in version 1.
    private static let logVersion2 = """
        DROP INDEX record_time;
        DROP INDEX record_request_identifier;
        DROP INDEX record_message_identifier;
        ALTER TABLE attachment RENAME TO former_attachment;
        ALTER TABLE record RENAME TO former_record;
        CREATE TABLE log (
            identifier TEXT NOT NULL,
            key_store TEXT NOT NULL,
            openings INTEGER NOT NULL,
            last_erasure INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE record (
            number INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            side TEXT NOT NULL,
            direction TEXT NOT NULL,
            kind TEXT NOT NULL,
            request_identifier TEXT NOT NULL,
            message_identifier TEXT NOT NULL,
            client TEXT NOT NULL,
            provider TEXT NOT NULL,
            service_code TEXT NOT NULL,
            service_version TEXT,
            owner TEXT NOT NULL,
            byte_count INTEGER NOT NULL,
            body_logging TEXT NOT NULL,
            signature_on_erasure TEXT NOT NULL,
            retention_days INTEGER,
            configuration_hash BLOB NOT NULL,
            decision TEXT NOT NULL,
            key INTEGER NOT NULL,
            commitment BLOB NOT NULL,
            signature INTEGER,
            signature_digest BLOB,
            erased_by INTEGER,
            leaf_hash BLOB NOT NULL
        ) STRICT;
        CREATE TABLE part (
            place INTEGER PRIMARY KEY,
            byte_count INTEGER NOT NULL,
            digest BLOB NOT NULL,
            file TEXT,
            bytes BLOB
        ) STRICT;
        CREATE INDEX part_file ON part (file) WHERE file IS NOT NULL;
        CREATE TABLE signature (
            number INTEGER PRIMARY KEY,
            document BLOB NOT NULL
        ) STRICT;
        CREATE TABLE event (
            number INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            kind TEXT NOT NULL,
            statement TEXT NOT NULL,
            leaf_hash BLOB NOT NULL
        ) STRICT;
        CREATE TABLE tree_tile (
            level INTEGER NOT NULL,
            position INTEGER NOT NULL,
            hash BLOB NOT NULL,
            PRIMARY KEY (level, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE checkpoint (
            size INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            note BLOB NOT NULL,
            timestamp BLOB
        ) STRICT;
        CREATE TABLE timestamp (
            first INTEGER PRIMARY KEY,
            last INTEGER NOT NULL,
            time INTEGER NOT NULL,
            authority TEXT NOT NULL,
            token BLOB NOT NULL,
            result BLOB NOT NULL,
            digests BLOB NOT NULL
        ) STRICT;
        CREATE TABLE run (
            number INTEGER PRIMARY KEY,
            earliest INTEGER NOT NULL,
            latest INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE lookup (
            bucket INTEGER PRIMARY KEY,
            entries BLOB NOT NULL
        ) STRICT;
        CREATE TABLE erasing (
            record INTEGER PRIMARY KEY
        ) STRICT;
        CREATE TABLE hold (
            number INTEGER PRIMARY KEY,
            "case" TEXT NOT NULL,
            filter TEXT NOT NULL,
            released_by INTEGER
        ) STRICT;
        CREATE TABLE former_name (
            name TEXT PRIMARY KEY,
            record INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
