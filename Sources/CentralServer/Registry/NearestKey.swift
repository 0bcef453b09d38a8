/// The known key that a mistyped one of a settings file probably meant.
package enum NearestKey {
    /// The one that takes the fewest edits to reach, if these are at most half of the letters.
    package static func find(_ key: String, among known: some Sequence<String>) -> String? {
        let ranked = known.map { (name: $0, distance: editDistance($0, key)) }
        guard let best = ranked.min(by: { ($0.distance, $0.name) < ($1.distance, $1.name) }),
            best.distance * 2 <= max(best.name.count, key.count)
        else { return nil }
        return best.name
    }

    /// Levenshtein distance without regard to case, on at most 64 letters each.
    private static func editDistance(_ left: String, _ right: String) -> Int {
        let (left, right) = (Array(left.lowercased().prefix(64)), Array(right.lowercased().prefix(64)))
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in right.indices {
                let substitution = diagonal + (letter == right[column] ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(substitution, row[column] + 1, row[column + 1] + 1)
            }
        }
        return row[right.count]
    }
}
