/// Where the hashes of a log's tree are kept. The tree only grows: what was read once stays right.
package protocol TreeReading {
    /// Leaves that are durable.
    func treeSize() throws(MessageLogFailure) -> Int64

    /// In order; fails where one is not there.
    func leafHashes(_ range: Range<Int64>) throws(MessageLogFailure) -> [TreeHash]

    /// The stored hash of a complete subtree (`CompletedTile`); nil where there is none.
    func tile(level: Int, position: Int64) throws(MessageLogFailure) -> TreeHash?
}
