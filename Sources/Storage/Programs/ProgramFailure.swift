/// Why another program did not do its work.
enum ProgramFailure: Error, Equatable, CustomStringConvertible {
    case cannotStart(program: String, reason: String)
    case timedOut(program: String, seconds: Int)
    /// It ended, or stopped reading, without success.
    case failed(program: String, status: String, errors: String)

    var description: String {
        switch self {
        case .cannotStart(let program, let reason): "\(program) cannot be started: \(reason)"
        case .timedOut(let program, let seconds): "\(program) took more than \(seconds) seconds and was ended"
        case .failed(let program, let status, let errors): "\(program) failed (\(status)): \(errors)"
        }
    }
}
