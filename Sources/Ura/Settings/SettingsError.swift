/// What is wrong with a settings file, where, and what would be right. Refuses start.
struct SettingsError: Error, CustomStringConvertible {
    let file: String
    let line: Int?
    let problem: String

    var description: String { "\(file)\(line.map { ":\($0)" } ?? ""): \(problem)" }
}
