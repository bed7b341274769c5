/// What work takes that is cut for more threads than there may be processors: the tasks of each region run one after the other on
/// the caller's thread, each is timed, and the cuts are the real ones. What waking threads and meeting again costs is not in it.
///
///     let recorder = RegionRecorder()
///     let network = try Network(..., workers: Workers(threads: 16, recorder: recorder))
///     for _ in 0..<20 { try recorder.record { try step() } }
///     recorder.seconds(threads: 16)
///
/// Used by one thread: hence the unchecked conformance.
package final class RegionRecorder: @unchecked Sendable {
    /// One region, and what the caller did alone before it.
    package struct Region: Sendable, Equatable {
        /// What it does.
        package var name: String
        /// Seconds of each task, in the order in which they are claimed.
        package var tasks: [Double]
        /// Seconds between the region before and this one.
        package var before: Double

        /// Seconds of all tasks.
        package var work: Double { tasks.reduce(0, +) }

        /// Seconds of the region where each of so many threads claims the next task when it is through with one.
        package func seconds(threads: Int) -> Double {
            var busy = [Double](repeating: 0, count: threads)
            for task in tasks {
                var first = 0
                for thread in 1..<max(1, threads) where busy[thread] < busy[first] { first = thread }
                busy[first] += task
            }
            return busy.max() ?? 0
        }
    }

    /// The regions in their order; each number is the least of all that were recorded.
    package private(set) var regions: [Region] = []
    /// Seconds after the last region.
    package private(set) var after = Double.infinity
    /// The least time of all the work.
    package private(set) var total = Double.infinity

    private let clock = ContinuousClock()
    private var isRecording = false
    private var place = 0
    private var isFirst = true
    private var left = ContinuousClock.now

    /// Records nothing yet.
    package init() {}

    /// Seconds that the caller is alone.
    package var serial: Double { regions.reduce(after) { $0 + $1.before } }

    /// Seconds of all tasks, and of what the caller does alone.
    package var work: Double { regions.reduce(serial) { $0 + $1.work } }

    /// Seconds of the work on so many threads.
    package func seconds(threads: Int) -> Double { regions.reduce(serial) { $0 + $1.seconds(threads: threads) } }

    /// Does the work, which has the same regions each time.
    package func record(_ body: () throws -> Void) rethrows {
        let begin = clock.now
        (isRecording, place, left) = (true, 0, begin)
        defer { isRecording = false }
        try body()
        let end = clock.now
        precondition(isFirst || place == regions.count, "other regions than before")
        isFirst = false
        after = min(after, (end - left) / .seconds(1))
        total = min(total, (end - begin) / .seconds(1))
    }

    func run(tasks: Int, of name: () -> String, _ body: (Int) -> Void) {
        // A job within a task is part of it; so is what one task does alone.
        guard isRecording, tasks > 1 else {
            for task in 0..<max(tasks, 0) { body(task) }
            return
        }
        isRecording = false
        let begin = clock.now
        let before = (begin - left) / .seconds(1)
        if isFirst {
            regions.append(
                Region(name: name(), tasks: [Double](repeating: .infinity, count: tasks), before: .infinity))
        }
        precondition(place < regions.count && regions[place].tasks.count == tasks, "other regions than before")
        regions[place].before = min(regions[place].before, before)
        for task in 0..<tasks {
            let start = clock.now
            body(task)
            regions[place].tasks[task] = min(regions[place].tasks[task], (clock.now - start) / .seconds(1))
        }
        place += 1
        left = clock.now
        isRecording = true
    }
}
