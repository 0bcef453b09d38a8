import Glibc
import Logging
import PKI
import XRoadModel

/// Writes each event as one line to standard error, in one write and without a buffer, so that nothing is lost at the end. What a
/// value holds cannot begin another line.
struct LogLines: LogHandler {
    private let label: String
    private let descriptor: Int32
    private let now: @Sendable () -> Instant
    var logLevel = Logger.Level.info
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?

    init(label: String, descriptor: Int32 = STDERR_FILENO, now: @escaping @Sendable () -> Instant) {
        self.label = label
        self.descriptor = descriptor
        self.now = now
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// `2026-11-23T13:24:44.010Z info ura.security-server: key=value key=value [Exchange] exchange`
    func log(event: LogEvent) {
        var fields = metadata
        if let metadataProvider { fields.merge(metadataProvider.get()) { $1 } }
        if let given = event.metadata { fields = fields.isEmpty ? given : fields.merging(given) { $1 } }
        if let error = event.error { fields["error"] = "\(error)" }
        var line: [UInt8] = []
        line.reserveCapacity(512)
        line += now().description.utf8
        line += " \(event.level) \(label):".utf8
        for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
            line += " \(key)=".utf8
            switch value {
            case .string(let text): Self.append(text, to: &line)
            default: Self.append("\(value)", to: &line)
            }
        }
        line += " [\(event.source)] ".utf8
        Self.append("\(event.message)", to: &line)
        line.append(UInt8(ascii: "\n"))
        write(line)
    }

    private static func append(_ text: String, to line: inout [UInt8]) {
        for byte in text.utf8 {
            if byte >= 0x20, byte != 0x7F { line.append(byte) } else { line += "\\x\(Hexadecimal.encode([byte]))".utf8 }
        }
    }

    /// Nobody is left to tell where standard error cannot be written to.
    private func write(_ line: [UInt8]) {
        var rest = line[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(count, 0))
        }
    }
}
