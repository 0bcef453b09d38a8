import MessageLog
import PKI

extension SecurityServerSettings {
    /// The operators with their public keys, read anew each time: a key that was replaced counts no longer.
    func loadOperators() throws -> LogOperators {
        try LogOperators(
            operators.map { entry in
                let text = String(decoding: try FileBytes.read(entry.key), as: UTF8.self)
                do { return (entry.name, try PublicKey(pem: text)) } catch {
                    throw CommandFailure("\(entry.key): \(error)")
                }
            })
    }
}
