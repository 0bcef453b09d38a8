/// The key store's tables.
///
/// `store` has one row: what the passphrase's key is made of, the number of the next data key, and the number of the last erasure
/// whose keys were destroyed, by which a store that was restored from a copy is known. `member` is codes joined by `/`,
/// with `%` and `/` in codes as `%25` and `%2F`. `key_block` are data keys made ahead of need of which some may be unused:
/// `entries` is how many entries the log had when they were made.
extension StoreSchema {
    static let keys = StoreSchema(steps: [
        sql(
            """
            CREATE TABLE store (
                identifier TEXT NOT NULL,
                salt BLOB NOT NULL,
                iterations INTEGER NOT NULL,
                block_size INTEGER NOT NULL,
                parallelism INTEGER NOT NULL,
                passphrase_check BLOB NOT NULL,
                next_key INTEGER NOT NULL,
                last_erasure INTEGER NOT NULL
            ) STRICT;
            CREATE TABLE member_key (
                number INTEGER PRIMARY KEY AUTOINCREMENT,
                member TEXT NOT NULL,
                created INTEGER NOT NULL,
                retired INTEGER,
                sealed BLOB NOT NULL
            ) STRICT;
            CREATE TABLE record_key (
                number INTEGER PRIMARY KEY,
                member_key INTEGER NOT NULL,
                wrapped BLOB NOT NULL
            ) STRICT;
            CREATE TABLE key_block (
                first INTEGER PRIMARY KEY,
                last INTEGER NOT NULL,
                entries INTEGER NOT NULL
            ) STRICT;
            """)
    ])
}
