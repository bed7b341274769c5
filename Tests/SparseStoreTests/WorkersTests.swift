import Dispatch
import Synchronization
import Testing

@testable import SparseStore

@Suite struct WorkersTests {
    /// Each task once, whatever the number of tasks and threads, over many short jobs with pauses between some.
    @Test(arguments: [1, 2, 3, 7])
    func everyTaskRunsOnce(threads: Int) {
        let workers = Workers(threads: threads, parts: threads)
        var random = CounterRandom(seed: 41, purpose: .test)
        for round in 0..<3000 {
            let tasks = random.next(below: 20)
            let counts = AlignedBuffer<Int>(count: tasks)
            workers.run(tasks: tasks) { counts.pointer[$0] += 1 }
            #expect(counts.elements.allSatisfy { $0 == 1 }, "round \(round), \(tasks) tasks")
            // Long enough for the helpers to fall asleep now and then.
            if round % 300 == 0 { _ = DispatchSemaphore(value: 0).wait(timeout: .now() + .milliseconds(2)) }
        }
    }

    /// A task may start a job of its own, and several threads may share one set of workers.
    @Test func jobsNestAndMeet() {
        let workers = Workers(threads: 3)
        let total = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 4) { _ in
            for _ in 0..<200 {
                workers.run(tasks: 5) { outer in
                    workers.run(tasks: 3) { inner in total.add(outer * 3 + inner, ordering: .relaxed) }
                }
            }
        }
        #expect(total.load(ordering: .relaxed) == 4 * 200 * (0..<15).reduce(0, +))
    }

    /// Helpers end with their workers: many sets one after the other leave no threads behind.
    @Test func setsComeAndGo() {
        let sum = Atomic<Int>(0)
        for _ in 0..<200 { Workers(threads: 2).run(tasks: 4) { sum.add($0, ordering: .relaxed) } }
        #expect(sum.load(ordering: .relaxed) == 200 * 6)
    }
}
