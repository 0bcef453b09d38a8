import MessageLog

/// `log: { body, signatureOnErasure, retentionDays }`, at the top level and for each service and client: what is not said there is
/// as at the top level.
extension LogPolicy {
    /// Ten thousand years would not fit every date.
    private static let mostDays = 36_500

    init(_ owner: SettingsSection, standard: LogPolicy = LogPolicy()) throws(SettingsError) {
        self = standard
        guard let section = try owner.optionalSection("log") else { return }
        bodyLogging = try section.choice("body", default: standard.bodyLogging)
        signatureOnErasure = try section.choice("signatureOnErasure", default: standard.signatureOnErasure)
        if section.has("retentionDays") { retentionDays = try section.integer("retentionDays", in: 1...Self.mostDays) }
    }
}
