import Foundation

/// The folder that a settings file stands in: relative paths in it are meant from there.
struct SettingsFolder {
    let path: String

    init(ofFile file: String) { path = URL(fileURLWithPath: file).deletingLastPathComponent().path }

    func resolve(_ path: String) -> String {
        path.hasPrefix("/") ? path : URL(fileURLWithPath: self.path).appendingPathComponent(path).path
    }
}
