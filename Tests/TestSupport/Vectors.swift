import Foundation

/// Reference vectors, read in place from the folder that `URA_VECTORS` names. Each use is written to the file that
/// `URA_VECTORS_REPORT` names, so that the test runner can print how many were checked and how many skipped.
package enum Vectors {
    package struct Missing: Error { package let path: String }

    /// The vector's bytes, or nil (and a line "skipped") where no folder is set. A folder without the file is an error.
    package static func bytes(_ path: String) throws -> [UInt8]? {
        guard let url = try url(path) else { return nil }
        return [UInt8](try Data(contentsOf: url))
    }

    package static func url(_ path: String) throws -> URL? {
        guard let folder = ProcessInfo.processInfo.environment["URA_VECTORS"], !folder.isEmpty else {
            report("skipped \(path)")
            return nil
        }
        let url = URL(fileURLWithPath: folder).appendingPathComponent(path)
        guard FileManager.default.fileExists(atPath: url.path) else { throw Missing(path: url.path) }
        report("checked \(path)")
        return url
    }

    private static func report(_ line: String) {
        guard let path = ProcessInfo.processInfo.environment["URA_VECTORS_REPORT"] else { return }
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT, 0o644)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        let bytes = Array((line + "\n").utf8)
        _ = write(descriptor, bytes, bytes.count)
    }
}
