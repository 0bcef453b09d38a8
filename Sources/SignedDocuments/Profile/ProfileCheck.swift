/// Runs the rules of the closed signature profile, one file each beside this one. A live exchange ends with the first failure, as
/// X-Road does; a report hears every rule that can still be asked.
struct ProfileCheck {
    enum Extent { case firstFailure, everyFailure }

    private let extent: Extent
    private(set) var failures: [SignedDocumentFailure] = []

    init(_ extent: Extent) { self.extent = extent }

    /// What the rule makes of its input; nil where it failed and others are still to be heard.
    @discardableResult
    mutating func apply<Value>(
        _ rule: @autoclosure () throws(SignedDocumentFailure) -> Value
    ) throws(SignedDocumentFailure) -> Value? {
        do { return try rule() } catch {
            guard extent == .everyFailure else { throw error }
            failures.append(error)
            return nil
        }
    }
}
