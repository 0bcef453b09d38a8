import CPrograms
import Glibc

/// Another program that works for this process, with a process group of its own. It gets its arguments as they are, no shell in
/// between, no open files but those meant for it, and little of the environment: secrets may stand in ours. Every wait has an end, at which the
/// whole group is killed. Blocks the thread. Not for use from several threads.
final class ChildProgram {
    private let program: String
    private let identifier: pid_t
    private var input: Int32
    private var errors: Int32
    private var errorText: [UInt8] = []
    private var hasEnded = false

    private static let maximumErrorBytes = 4096
    /// Of the whole process: a program that stops reading must not end this one.
    private static let brokenPipesAreErrors: Void = { _ = signal(SIGPIPE, SIG_IGN) }()
    private static let environment = ["LANG=C.UTF-8", "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]

    /// - Parameters:
    ///   - program: absolute path.
    ///   - output: descriptor that becomes the program's standard output; nil where nobody reads it.
    ///   - hasInput: whether `write` gives it a standard input; otherwise that is empty.
    init(_ program: String, _ arguments: [String], output: Int32?, hasInput: Bool) throws(ProgramFailure) {
        Self.brokenPipesAreErrors
        self.program = program
        var inputEnds: [Int32] = [-1, -1]
        var errorEnds: [Int32] = [-1, -1]
        var identifier: pid_t = 0
        var outcome = ura_program_pipe(&errorEnds)
        if outcome == 0, hasInput { outcome = ura_program_pipe(&inputEnds) }
        if outcome == 0 {
            outcome = Self.start(program, arguments, inputEnds[0], output ?? -1, errorEnds[1], &identifier)
        }
        for end in [inputEnds[0], errorEnds[1]] where end >= 0 { close(end) }
        guard outcome == 0 else {
            for end in [inputEnds[1], errorEnds[0]] where end >= 0 { close(end) }
            throw .cannotStart(program: program, reason: String(cString: strerror(outcome)))
        }
        self.identifier = identifier
        input = inputEnds[1]
        errors = errorEnds[0]
        for end in [input, errors] where end >= 0 { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
    }

    /// A program whose standard output is read from the descriptor, which the caller closes.
    static func reading(
        from program: String, _ arguments: [String]
    ) throws(ProgramFailure) -> (ChildProgram, output: Int32) {
        var ends: [Int32] = [-1, -1]
        let outcome = ura_program_pipe(&ends)
        guard outcome == 0 else { throw .cannotStart(program: program, reason: String(cString: strerror(outcome))) }
        defer { close(ends[1]) }
        do throws(ProgramFailure) {
            return (try ChildProgram(program, arguments, output: ends[1], hasInput: false), ends[0])
        } catch {
            close(ends[0])
            throw error
        }
    }

    deinit {
        if !hasEnded { end() }
        closeInput()
        close(errors)
    }

    /// Gives the program more input. Waits while it reads nothing, for at most `seconds`.
    func write(_ bytes: [UInt8], within seconds: Int) throws(ProgramFailure) {
        let deadline = Deadline(seconds: seconds)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { Glibc.write(input, $0.baseAddress?.advanced(by: written), bytes.count - written) }
            if count > 0 {
                written += count
            } else if errno == EAGAIN {
                try wait(for: input, Int16(POLLOUT), until: deadline)
            } else if errno != EINTR {
                try wait(until: deadline)
                throw .failed(program: program, status: "it stopped reading", errors: errorWords)
            }
        }
    }

    /// Returns once the program has ended well.
    func finish(within seconds: Int) throws(ProgramFailure) {
        closeInput()
        try wait(until: Deadline(seconds: seconds))
    }

    /// Kills the program and what it has started.
    func end() {
        kill(-identifier, SIGKILL)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0 && errno == EINTR {}
        hasEnded = true
    }

    private func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    private func wait(until deadline: Deadline) throws(ProgramFailure) {
        var status: Int32 = 0
        while true {
            readErrors()
            let ended = waitpid(identifier, &status, WNOHANG)
            if ended == identifier { break }
            if ended < 0, errno != EINTR { throw .failed(program: program, status: "lost", errors: errorWords) }
            try wait(for: nil, 0, until: deadline)
        }
        hasEnded = true
        readErrors()
        guard status != 0 else { return }
        let signal = status & 0x7f
        let words = signal == 0 ? "exit status \(status >> 8 & 0xff)" : "signal \(signal)"
        throw .failed(program: program, status: words, errors: errorWords)
    }

    /// Until the descriptor is ready, or a little while.
    private func wait(for descriptor: Int32?, _ events: Int16, until deadline: Deadline) throws(ProgramFailure) {
        guard !deadline.hasPassed else {
            end()
            throw .timedOut(program: program, seconds: deadline.seconds)
        }
        readErrors()
        var polled = pollfd(fd: descriptor ?? -1, events: events, revents: 0)
        poll(&polled, 1, descriptor == nil ? 5 : 100)
    }

    /// What it writes is taken away, so that it never waits for us, and the beginning kept.
    private func readErrors() {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(errors, &buffer, buffer.count)
            guard count > 0 else { return }
            errorText += buffer.prefix(min(count, Self.maximumErrorBytes - errorText.count))
        }
    }

    private var errorWords: String {
        String(decoding: errorText, as: UTF8.self).split { $0.isNewline }.joined(separator: "; ")
    }

    private static func start(
        _ program: String, _ arguments: [String], _ input: Int32, _ output: Int32, _ errors: Int32, _ identifier: inout pid_t
    ) -> Int32 {
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var environment = environment.map { strdup($0) } + [nil]
        defer { for word in words + environment { free(word) } }
        return ura_program_start(program, &words, &environment, input, output, errors, &identifier)
    }
}

private struct Deadline {
    let seconds: Int
    private let end: ContinuousClock.Instant

    init(seconds: Int) {
        self.seconds = seconds
        end = .now + .seconds(seconds)
    }

    var hasPassed: Bool { .now >= end }
}
