import Dispatch
import Testing

@testable import SparseStore

/// What a step could gain from threads, seen from the tasks that it is cut into.
@Suite struct RegionRecorderTests {
    /// Each thread takes the next task as soon as it is free: by hand.
    @Test(
        arguments: [
            ([3, 1, 1, 1], 1, 6), ([3, 1, 1, 1], 2, 3), ([1, 1, 1, 3], 2, 4), ([1, 1, 1, 3], 4, 3), ([2, 2, 2], 2, 4),
            ([5], 8, 5),
            ([], 3, 0),
        ] as [([Double], Int, Double)])
    func tasksAreClaimedInOrder(tasks: [Double], threads: Int, seconds: Double) {
        let region = RegionRecorder.Region(name: "", tasks: tasks, before: 0)
        #expect(region.seconds(threads: threads) == seconds)
        #expect(region.work == tasks.reduce(0, +))
    }

    /// Every task is done once, regions have the names and tasks that they were given, and what one task does, or a job within a task,
    /// is no region.
    @Test func regionsAreNoted() {
        let recorder = RegionRecorder()
        let workers = Workers(threads: 16, parts: 16, recorder: recorder)
        var done: [Int] = []
        for _ in 0..<3 {
            let counts = AlignedBuffer<Int>(count: 8)
            recorder.record {
                workers.run(tasks: 5, of: "first") { task in
                    workers.run(tasks: 2, of: "inner") { _ in counts.pointer[task] += 1 }
                }
                workers.run(tasks: 1, of: "alone") { counts.pointer[5 + $0] += 1 }
                workers.run(tasks: 2) { counts.pointer[6 + $0] += 1 }
            }
            done = counts.array
        }
        #expect(done == [2, 2, 2, 2, 2, 1, 1, 1])
        #expect(recorder.regions.map(\.name) == ["first", ""] && recorder.regions.map(\.tasks.count) == [5, 2])
        // Outside of what is recorded work is done all the same.
        let counts = AlignedBuffer<Int>(count: 4)
        workers.run(tasks: 4) { counts.pointer[$0] += 1 }
        #expect(counts.array == [1, 1, 1, 1] && recorder.regions.count == 2)
    }

    /// A region of four tasks of 4 ms, and 6 ms of the caller's own.
    @Test func timesAddUp() {
        let recorder = RegionRecorder()
        let workers = Workers(threads: 4, parts: 4, recorder: recorder)
        @Sendable func wait(_ milliseconds: Double) {
            let end = ContinuousClock.now + .microseconds(1000 * milliseconds)
            while ContinuousClock.now < end {}
        }
        for _ in 0..<5 {
            recorder.record {
                wait(6)
                workers.run(tasks: 4) { _ in wait(4) }
            }
        }
        // The machine may be busy: no time is shorter than it was meant to be.
        #expect(recorder.serial >= 0.006 && recorder.work >= 0.022 && recorder.total >= recorder.work - 1e-9)
        #expect(recorder.seconds(threads: 4) >= 0.010 && recorder.seconds(threads: 4) <= recorder.seconds(threads: 2))
        #expect(recorder.seconds(threads: 1) == recorder.work)
    }

    /// Work is cut for as many as can work at once, unless a test wants otherwise.
    @Test(arguments: [1, 2, 7, 4096]) func partsFollowTheProcessors(threads: Int) {
        let workers = Workers(threads: threads)
        #expect(workers.threads == threads && workers.parts == min(threads, ProcessLimits.processors))
        #expect(Workers(threads: threads, parts: 7).parts == 7)
    }
}
