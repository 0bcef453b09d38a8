/// Bounds for one multipart; nested ones count anew.
package struct MIMELimits: Sendable {
    /// Bytes of one part's header.
    package var headerBytes = 16 * 1024
    package var headerFields = 64
    package var parts = 1000
    /// Bytes before the first and after the last boundary that are passed over. With 0 only blanks and line breaks may stand there.
    package var surroundingBytes = 1024

    package init() {}

    /// Between security servers nothing stands around the parts, and nothing unsigned is let by.
    package static var transport: MIMELimits {
        var limits = MIMELimits()
        limits.surroundingBytes = 0
        return limits
    }
}
