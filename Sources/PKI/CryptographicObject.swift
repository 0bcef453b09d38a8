import CSecurity

/// Owns one object of the C shim.
///
/// Sendable: the object is made before the value is and is only read until `deinit`, and the shim's functions that take it as
/// `const` may run on several threads at once.
final class CryptographicObject: @unchecked Sendable {
    let pointer: OpaquePointer
    private let release: @Sendable (OpaquePointer?) -> Void

    init(_ pointer: OpaquePointer, release: @escaping @Sendable (OpaquePointer?) -> Void) {
        self.pointer = pointer
        self.release = release
    }

    deinit { release(pointer) }
}

/// OpenSSL's words for the last failure on this thread.
func libraryReason() -> String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
        ura_last_error(text.baseAddress, text.count)
        let reason = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        return reason.isEmpty ? "no reason given" : reason
    }
}

extension ura_buffer {
    /// What `fill` wrote, copied and released; nil where it failed.
    static func collected(_ fill: (inout ura_buffer) -> ura_status) -> [UInt8]? {
        var buffer = ura_buffer()
        defer { ura_buffer_release(&buffer) }
        guard fill(&buffer) == URA_OK else { return nil }
        return buffer.copy
    }

    var copy: [UInt8] { [UInt8](UnsafeBufferPointer(start: bytes, count: length)) }
}
