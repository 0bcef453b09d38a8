/// Decoding of settings in which an unknown key is a mistake, not something to pass over.
extension Decoder {
    /// The container of a mapping whose keys are all cases of `Key`. Any other key is refused with the nearest known one, so that
    /// a misspelt setting never falls back to its default unseen.
    package func strictContainer<Key: CodingKey & CaseIterable>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            let hint = nearest(to: key.stringValue, among: known).map { "; did you mean \($0)?" } ?? ""
            let place = codingPath.map(\.settingName).joined(separator: ".")
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: codingPath + [key],
                    debugDescription: "unknown key \(key.stringValue)\(place.isEmpty ? "" : " in \(place)")\(hint)"))
        }
        return try container(keyedBy: type)
    }
}

private struct AnyKey: CodingKey {
    let stringValue: String
    let intValue: Int? = nil

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { return nil }
}

extension CodingKey {
    fileprivate var settingName: String { intValue.map { "\($0)" } ?? stringValue }
}

/// The known key that takes the fewest edits to reach, if it is at most half of the letters.
private func nearest(to key: String, among known: [String]) -> String? {
    let ranked = known.map { (name: $0, distance: editDistance($0, key)) }
    guard let best = ranked.min(by: { $0.distance < $1.distance }), best.distance * 2 <= max(best.name.count, key.count) else {
        return nil
    }
    return best.name
}

/// Levenshtein distance without regard to case, on at most 64 letters each.
private func editDistance(_ left: String, _ right: String) -> Int {
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
