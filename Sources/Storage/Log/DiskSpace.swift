import Glibc
import Synchronization

/// How much room the log's disk has left.
package struct DiskSpace: Hashable, Sendable {
    package enum Level: String, Sendable {
        case ample
        /// Somebody should make room.
        case scarce
        /// No message is taken, so that erasure and what is under way still find room.
        case refusing
    }

    package let availableBytes: Int64
    package let level: Level
}

/// Measures it. What was measured last counts until the next time.
final class DiskSpaceGauge: Sendable {
    private let path: String
    private let warnBytes: Int64
    private let refuseBytes: Int64
    private let available: Atomic<Int64>

    init(path: String, warnBytes: Int64, refuseBytes: Int64) {
        self.path = path
        self.warnBytes = warnBytes
        self.refuseBytes = refuseBytes
        available = Atomic(.max)
        measure()
    }

    var space: DiskSpace {
        let bytes = available.load(ordering: .relaxed)
        return DiskSpace(
            availableBytes: bytes, level: bytes < refuseBytes ? .refusing : bytes < warnBytes ? .scarce : .ample)
    }

    /// A file system that does not tell counts as before.
    func measure() {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return }
        let bytes = Int64(clamping: UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize)).partialValue)
        available.store(bytes, ordering: .relaxed)
    }
}
