#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

extension ArraySlice<UInt8> {
    /// Where `byte` stands next at or after `start`; the library's vectorised search.
    func index(of byte: UInt8, from start: Int) -> Int? {
        guard start < endIndex else { return nil }
        return withUnsafeBufferPointer { buffer -> Int? in
            guard let base = buffer.baseAddress else { return nil }
            let offset = start - startIndex
            guard let found = memchr(base + offset, Int32(byte), buffer.count - offset) else { return nil }
            return startIndex + (found - UnsafeMutableRawPointer(mutating: base))
        }
    }

    /// How many bytes of `pattern` stand at `start`, up to the first that differs or the end of what is there.
    func matchLength(of pattern: [UInt8], at start: Int) -> Int {
        withUnsafeBufferPointer { buffer in
            pattern.withUnsafeBufferPointer { pattern in
                let offset = start - startIndex
                let available = Swift.min(pattern.count, buffer.count - offset)
                var matched = 0
                while matched < available, buffer[offset + matched] == pattern[matched] { matched += 1 }
                return matched
            }
        }
    }
}
