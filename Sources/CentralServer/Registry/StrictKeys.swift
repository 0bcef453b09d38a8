/// Decoding of settings in which an unknown key is a mistake, not something to pass over.
extension Decoder {
    /// The container of a mapping whose keys are all cases of `Key`. Any other key is refused with the nearest known one, so that
    /// a misspelt setting never falls back to its default unseen.
    package func strictContainer<Key: CodingKey & CaseIterable>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let known = Key.allCases.map(\.stringValue)
        for key in try container(keyedBy: AnyKey.self).allKeys where !known.contains(key.stringValue) {
            let hint = NearestKey.find(key.stringValue, among: known).map { "; did you mean \($0)?" } ?? ""
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
