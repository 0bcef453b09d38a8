/// The known key that a mistyped one probably meant.
enum NearestKey {
    /// By edit distance, ties by name; nil when nothing is known.
    static func find(_ key: String, among known: Set<String>) -> String? {
        known.sorted().min { distance(key, $0) < distance(key, $1) }
    }

    /// Insertions, deletions and replacements that turn one into the other, regardless of case.
    static func distance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased()), Array(right.lowercased()))
        var row = Array(0...right.count)
        for (i, character) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in right.indices {
                let replaced = diagonal + (character == right[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[right.count]
    }
}
