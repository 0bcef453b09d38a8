import XRoadModel

/// Identifiers in settings are written with slashes, as X-Road prints them; codes themselves hold no slash.
extension SettingsSection {
    func client(_ key: String) throws(SettingsError) -> ClientIdentifier { try client(key, from: string(key)) }

    func client(_ key: String, from text: String) throws(SettingsError) -> ClientIdentifier {
        guard let client = ClientIdentifier(codes: codes(text)) else {
            throw error(key, "must be INSTANCE/CLASS/MEMBER or INSTANCE/CLASS/MEMBER/SUBSYSTEM, not “\(text)”")
        }
        return client
    }

    func member(_ key: String) throws(SettingsError) -> MemberIdentifier {
        let text = try string(key)
        guard let client = ClientIdentifier(codes: codes(text)), client.subsystemCode == nil else {
            throw error(key, "must be INSTANCE/CLASS/MEMBER, not “\(text)”")
        }
        return client.member
    }

    func securityServer(_ key: String) throws(SettingsError) -> SecurityServerIdentifier {
        let text = try string(key)
        guard let server = SecurityServerIdentifier(codes: codes(text)) else {
            throw error(key, "must be INSTANCE/CLASS/MEMBER/SERVER, not “\(text)”")
        }
        return server
    }

    /// `INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE[/VERSION]`.
    func service(_ key: String) throws(SettingsError) -> ServiceIdentifier {
        let text = try string(key)
        let codes = codes(text)
        guard (5...6).contains(codes.count), let provider = ClientIdentifier(codes: Array(codes.prefix(4))), !codes[4].isEmpty
        else { throw error(key, "must be INSTANCE/CLASS/MEMBER/SUBSYSTEM/SERVICE[/VERSION], not “\(text)”") }
        return ServiceIdentifier(
            provider: provider, serviceCode: codes[4], serviceVersion: codes.count == 6 ? codes[5] : nil)
    }

    private func codes(_ text: String) -> [String] {
        text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    }
}
