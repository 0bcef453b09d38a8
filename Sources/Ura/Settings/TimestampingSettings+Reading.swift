import MessageLog

extension SecurityServerSettings {
    struct Timestamping: Hashable {
        let schedule: TimestampingSettings
        /// Names of approved authorities in the order in which they are asked; none means all, in the configuration's order.
        let authorities: [String]
    }
}

extension SecurityServerSettings.Timestamping {
    init(_ section: SettingsSection?) throws(SettingsError) {
        var schedule = TimestampingSettings()
        if let section {
            schedule.mode = try section.choice("mode", default: schedule.mode)
            if try section.optionalString("intervalSeconds") != nil {
                schedule.intervalSeconds = Int64(try section.integer("intervalSeconds", in: 1...86_400))
            }
            schedule.acceptableFailureSeconds = Int64(
                try section.integer(
                    "acceptableFailureSeconds", default: Int(schedule.acceptableFailureSeconds), in: 60...1_209_600))
        }
        self.schedule = schedule
        authorities = try section?.strings("authorities") ?? []
    }
}
