import XRoadModel

/// Downloads from configuration sources.
package protocol ConfigurationFetching: Sendable {
    /// GET of an `http` or `https` URL without following redirects. Nil for status 404; any other status than 200, a body above
    /// `maximumBytes` and every fault of the network are failures. The adapter bounds the time.
    func fetch(_ url: String, maximumBytes: Int) async throws(ConfigurationFailure) -> [UInt8]?
}

/// Keeps verified configurations across restarts. Evidence refers to configurations by hash, so that none may vanish while a
/// message record names it.
package protocol ConfigurationKeeping: Sendable {
    /// The bundle that was made current last.
    func current() async throws(ConfigurationFailure) -> ConfigurationBundle?

    /// Makes the bundle durable, then current, in one step: after a crash either this one or the one before is current, whole.
    /// A bundle whose hash is kept already gets the later end of validity and its directories.
    func keep(_ bundle: ConfigurationBundle) async throws(ConfigurationFailure)

    func bundle(_ hash: ConfigurationHash) async throws(ConfigurationFailure) -> ConfigurationBundle?

    /// Those that are not current and were last kept before `instant`: with enough time between, nothing in flight acts by them.
    func superseded(before instant: Instant) async throws(ConfigurationFailure) -> Set<ConfigurationHash>

    /// Removes those named, but never the current one.
    func discard(_ hashes: Set<ConfigurationHash>) async throws(ConfigurationFailure)
}
