import NIOCore

/// Runs tasks on an event loop, so that async code between two reads of a connection needs no change of thread. A task that waits
/// for an actor or another executor comes back to the loop afterwards.
package final class EventLoopTaskExecutor: TaskExecutor {
    private let eventLoop: any EventLoop

    package init(_ eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        eventLoop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
