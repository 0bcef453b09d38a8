import MessageLog
import XRoadModel

/// How a security server signs its log's tree and who watches it: the `checkpoints` section. Left out, the log is signed under a key
/// that is made at first start, and nobody watches.
struct CheckpointSettings: Hashable {
    /// The log's name in its checkpoints; it stays for as long as the log does.
    let origin: NoteName
    /// Nil: beside the log.
    let key: String?
    let intervalSeconds: Int
    /// How long the owner's statement on the key is good for.
    let keyDays: Int
    let witnesses: [KnownWitness]
    /// Without a cosignature of any witness for so long the operator is told.
    let warnAfterMinutes: Int

    init(_ root: SettingsSection, of server: SecurityServerIdentifier, _ folder: SettingsFolder) throws(SettingsError) {
        let section = try root.optionalSection("checkpoints")
        func integer(_ key: String, _ fallback: Int, _ range: ClosedRange<Int>) throws(SettingsError) -> Int {
            try section?.integer(key, default: fallback, in: range) ?? fallback
        }
        if let section, section.has("origin") {
            origin = try section.noteName("origin")
        } else {
            let name = server.codes.map { PercentText.encode($0) }.joined(separator: "/")
            guard let origin = NoteName(name) else {
                throw root.error("identifier", "is too long for a log's name: give it one in checkpoints.origin")
            }
            self.origin = origin
        }
        key = try section?.optionalString("key").map { folder.resolve($0) }
        intervalSeconds = try integer("intervalSeconds", 60, 1...60)
        keyDays = try integer("keyDays", 365, 1...3650)
        warnAfterMinutes = try integer("warnAfterMinutes", 10, 1...1440)
        var witnesses: [KnownWitness] = []
        for section in try section?.sections("witnesses") ?? [] { witnesses.append(try KnownWitness(section)) }
        self.witnesses = witnesses
    }
}

extension KnownWitness {
    init(_ section: SettingsSection) throws(SettingsError) {
        let url = try section.string("url")
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.hasSuffix("/") else {
            throw section.error("url", "must begin with http:// or https:// and not end with a slash, not “\(url)”")
        }
        self.init(url: url, key: try section.verifierKey("key", .cosignature))
    }
}

extension SettingsSection {
    func noteName(_ key: String) throws(SettingsError) -> NoteName {
        let text = try string(key)
        guard let name = NoteName(text) else {
            throw error(key, "must be a name without spaces and “+” of at most \(NoteName.maximumBytes) bytes, not “\(text)”")
        }
        return name
    }

    func verifierKey(_ key: String, _ kind: NoteVerifierKey.Kind) throws(SettingsError) -> NoteVerifierKey {
        try verifierKey(key, kind, from: string(key))
    }

    func verifierKey(_ key: String, _ kind: NoteVerifierKey.Kind, from text: String) throws(SettingsError) -> NoteVerifierKey {
        guard let verifier = NoteVerifierKey(text) else {
            throw error(key, "must be a verifier key, NAME+IDENTIFIER+BASE64, not “\(text)”")
        }
        guard verifier.kind == kind else {
            throw error(key, kind == .note ? "is a witness's key, not a log's" : "is a log's key, not a witness's")
        }
        return verifier
    }
}
