import Foundation
import SignedDocuments

/// A container on the disk. One that is larger than a container may be is not read whole: the verifier refuses what is.
enum ContainerFile {
    static func read(_ path: String) throws -> [UInt8] {
        let limit = ContainerLimits().maximumArchiveBytes
        do {
            let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            return [UInt8](try handle.read(upToCount: limit + 1) ?? Data())
        } catch { throw CommandFailure("\(path) cannot be read: \(error.localizedDescription)") }
    }
}
