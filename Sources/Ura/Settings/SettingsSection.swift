import CentralServer
import Foundation
import XRoadModel
import Yams

/// One mapping of a settings file. Each key that is read becomes a known key; keys that nobody read are refused at the end
/// with the nearest known one. A scalar at `listeners.informationSystems.port` may be overridden by the environment variable
/// `URA_LISTENERS_INFORMATION_SYSTEMS_PORT`.
final class SettingsSection {
    private let file: String
    private let path: [String]
    private let line: Int?
    private let entries: [String: Node]
    private let lines: [String: Int]
    private let environment: [String: String]
    private var known: Set<String> = []
    private var children: [SettingsSection] = []

    private init(_ node: Node, file: String, path: [String], environment: [String: String]) throws(SettingsError) {
        guard let mapping = node.mapping else {
            throw SettingsError(file: file, line: node.mark?.line, problem: "expected keys and values at \(Self.name(path))")
        }
        var entries: [String: Node] = [:]
        var lines: [String: Int] = [:]
        for (key, value) in mapping {
            guard let name = key.string else {
                throw SettingsError(file: file, line: key.mark?.line, problem: "a key must be text")
            }
            entries[name] = value
            lines[name] = key.mark?.line
        }
        (self.file, self.path, self.line, self.entries, self.lines) = (file, path, node.mark?.line, entries, lines)
        self.environment = environment
    }

    /// Reads a whole file: `read` takes what it needs, then every key it did not ask for is refused.
    static func read<Settings>(
        file: String, text: String, environment: [String: String] = ProcessInfo.processInfo.environment,
        _ read: (SettingsSection) throws(SettingsError) -> Settings
    ) throws(SettingsError) -> Settings {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw SettingsError(file: file, line: nil, problem: "not valid YAML: \(error)")
        } catch {
            throw SettingsError(file: file, line: nil, problem: "not valid YAML: \(error)")
        }
        guard let node else { throw SettingsError(file: file, line: nil, problem: "the file is empty") }
        let root = try SettingsSection(node, file: file, path: [], environment: environment)
        let settings = try read(root)
        try root.refuseUnknownKeys()
        return settings
    }

    func has(_ key: String) -> Bool {
        known.insert(key)
        return entries[key] != nil
    }

    func optionalString(_ key: String) throws(SettingsError) -> String? {
        known.insert(key)
        if let override = environment[Self.variable(path + [key])] { return override }
        guard let node = entries[key] else { return nil }
        guard let scalar = node.scalar else { throw error(key, "must be a single value") }
        return scalar.string
    }

    func string(_ key: String) throws(SettingsError) -> String {
        guard let value = try optionalString(key) else { throw error(key, "is missing") }
        return value
    }

    func integer(_ key: String, default fallback: Int? = nil, in range: ClosedRange<Int>) throws(SettingsError) -> Int {
        guard let text = try optionalString(key) else {
            guard let fallback else { throw error(key, "is missing") }
            return fallback
        }
        guard let value = Int(text), range.contains(value) else {
            throw error(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound), not “\(text)”")
        }
        return value
    }

    func boolean(_ key: String, default fallback: Bool) throws(SettingsError) -> Bool {
        switch try optionalString(key) {
        case nil: return fallback
        case "true": return true
        case "false": return false
        case let text?: throw error(key, "must be true or false, not “\(text)”")
        }
    }

    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, default fallback: Choice? = nil
    ) throws(SettingsError) -> Choice where Choice.RawValue == String {
        guard let text = try optionalString(key) else {
            guard let fallback else { throw error(key, "is missing") }
            return fallback
        }
        guard let choice = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(key, "must be one of \(choices), not “\(text)”")
        }
        return choice
    }

    func strings(_ key: String) throws(SettingsError) -> [String] {
        known.insert(key)
        guard let node = entries[key] else { return [] }
        guard let sequence = node.sequence else { throw error(key, "must be a list") }
        var values: [String] = []
        for item in sequence {
            guard let scalar = item.scalar else { throw error(key, "must be a list of single values", at: item.mark?.line) }
            values.append(scalar.string)
        }
        return values
    }

    func section(_ key: String) throws(SettingsError) -> SettingsSection {
        known.insert(key)
        guard let node = entries[key] else { throw error(key, "is missing") }
        return try child(node, path + [key])
    }

    func optionalSection(_ key: String) throws(SettingsError) -> SettingsSection? {
        has(key) ? try section(key) : nil
    }

    func sections(_ key: String) throws(SettingsError) -> [SettingsSection] {
        known.insert(key)
        guard let node = entries[key] else { return [] }
        guard let sequence = node.sequence else { throw error(key, "must be a list") }
        var sections: [SettingsSection] = []
        for (index, item) in sequence.enumerated() {
            sections.append(try child(item, path + [key, String(index)]))
        }
        return sections
    }

    /// The error for a key of this section, with the key's line where it has one.
    func error(_ key: String, _ problem: String, at line: Int? = nil) -> SettingsError {
        SettingsError(file: file, line: line ?? lines[key] ?? self.line, problem: "\(Self.name(path + [key])) \(problem)")
    }

    private func child(_ node: Node, _ path: [String]) throws(SettingsError) -> SettingsSection {
        let section = try SettingsSection(node, file: file, path: path, environment: environment)
        children.append(section)
        return section
    }

    private func refuseUnknownKeys() throws(SettingsError) {
        for key in entries.keys.sorted(by: { (lines[$0] ?? 0) < (lines[$1] ?? 0) }) where !known.contains(key) {
            let hint = NearestKey.find(key, among: known).map { "; the nearest known key is \($0)" } ?? ""
            throw error(key, "is not a known key" + hint)
        }
        for child in children { try child.refuseUnknownKeys() }
    }

    private static func name(_ path: [String]) -> String { path.isEmpty ? "the top level" : path.joined(separator: ".") }

    /// `listeners.informationSystems` → `URA_LISTENERS_INFORMATION_SYSTEMS`.
    private static func variable(_ path: [String]) -> String {
        "URA_"
            + path.map { part in
                part.map { $0.isUppercase ? "_\($0)" : $0.uppercased() }.joined()
            }.joined(separator: "_")
    }
}
