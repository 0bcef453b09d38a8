import NIOCore

/// A timer of a connection that is moved far more often than it fires: moving it later only stores the new time, the scheduled
/// task looks again when it runs. Belongs to one event loop.
final class DeadlineTimer {
    private let eventLoop: any EventLoop
    private let expired: () -> Void
    private var deadline: NIODeadline?
    private var scheduled: (task: Scheduled<Void>, at: NIODeadline)?

    init(on eventLoop: any EventLoop, expired: @escaping () -> Void) {
        self.eventLoop = eventLoop
        self.expired = expired
    }

    func set(after amount: TimeAmount) {
        let deadline = NIODeadline.now() + amount
        self.deadline = deadline
        if let scheduled {
            guard deadline < scheduled.at else { return }
            scheduled.task.cancel()
        }
        schedule(at: deadline)
    }

    /// Off until set again; leaves the scheduled task to find nothing to do.
    func clear() { deadline = nil }

    /// Off for good: nothing stays scheduled.
    func stop() {
        deadline = nil
        scheduled?.task.cancel()
        scheduled = nil
    }

    private func schedule(at time: NIODeadline) {
        scheduled = (eventLoop.assumeIsolated().scheduleTask(deadline: time) { [weak self] in self?.look() }, time)
    }

    private func look() {
        scheduled = nil
        guard let deadline else { return }
        guard deadline <= .now() else { return schedule(at: deadline) }
        self.deadline = nil
        expired()
    }
}
