internal import Foundation
internal import SparseTraining

/// Runs the runs of a sweep, as many at a time as cores and memory allow, in the order of the plan. One thread: it starts
/// processes, looks at what they wrote, and sleeps between.
final class SweepScheduler {
    private let plan: SweepPlan
    private let folder: SweepFolder
    private let halving: SuccessiveHalving?
    private let cancellation: Cancellation
    private let progress: SweepProgress?
    private var budget: SweepBudget
    private var states: [String: SweepState] = [:]
    private var jobs: [Job] = []
    /// What runs have measured, where that decides who goes on.
    private var logs: [String: EpochReader] = [:]

    /// A run that goes on.
    struct Job {
        let run: SweepRun
        let bytes: Double
        /// Nil for a process that an earlier sweep started and that outlived it: it is waited for.
        let process: RunProcess?
        var epochs: EpochReader
    }

    /// Seconds between two looks at the processes.
    private static let interval = 0.05
    /// Looks at processes for each look at their files.
    private static let looksPerReading = 5

    init(
        _ plan: SweepPlan, in folder: SweepFolder, budget: SweepBudget, halving: SuccessiveHalving?,
        cancellation: Cancellation, progress: SweepProgress?
    ) {
        (self.plan, self.folder, self.budget, self.halving) = (plan, folder, budget, halving)
        (self.cancellation, self.progress) = (cancellation, progress)
        for run in plan.runs {
            states[run.name] = folder.state(of: run)
            if halving != nil {
                logs[run.name] = folder.epochs(of: run)
                logs[run.name]?.update()
            }
        }
    }

    /// What came of all runs so far.
    var results: SweepResults { SweepResults(plan.runs) { states[$0.name] ?? .pending } }

    /// Until all runs have ended, or the sweep is interrupted and those that go on have written what they have.
    func run() throws {
        try folder.write(results)
        progress?.begin(results)
        defer { progress?.end() }
        do { try loop() } catch {
            for job in jobs { job.process?.interrupt() }
            throw error
        }
    }

    private func loop() throws {
        var looks = 0
        while true {
            try conclude()
            if cancellation.isCancelled {
                for job in jobs { job.process?.interrupt() }
                if !jobs.contains(where: { $0.process != nil }) { return }
            } else {
                try decideAndStart()
                if jobs.isEmpty { return }
            }
            Thread.sleep(forTimeInterval: Self.interval)
            looks += 1
            if looks % Self.looksPerReading == 0 {
                for index in jobs.indices { jobs[index].epochs.update() }
                for job in jobs where halving != nil { logs[job.run.name] = job.epochs }
                progress?.show(jobs)
            }
        }
    }

    private func task(_ tasks: [String: SuccessiveHalving.Task]?, _ run: SweepRun) -> SuccessiveHalving.Task {
        tasks?[run.name] ?? .train(until: nil)
    }

    private func isPending(_ run: SweepRun) -> Bool {
        if case .pending = states[run.name] { true } else { false }
    }

    /// Gives up who is to be given up, interrupts who has gone far enough for now, and starts whoever has room.
    private func decideAndStart() throws {
        let tasks = halving.map { halving in
            halving.tasks(
                records: { logs[$0.name]?.records ?? [:] },
                hasFailed: { if case .failed = states[$0.name] { true } else { false } })
        }
        for job in jobs {
            switch task(tasks, job.run) {
            case .train: break
            case .wait, .stop: job.process?.interrupt()
            }
        }
        for run in plan.runs {
            // Short runs may be at their end before it is decided: that changes no decision.
            guard case .done = states[run.name], case .stop(let record) = task(tasks, run) else { continue }
            try stop(run, after: record)
        }
        for run in plan.runs where isPending(run) && !jobs.contains(where: { $0.run.name == run.name }) {
            switch task(tasks, run) {
            case .wait: continue
            case .stop(let record): try stop(run, after: record)
            case .train:
                let bytes = run.need?.bytes ?? 0
                let threads = run.configuration.threads ?? 1
                if let refusal = budget.refusal(bytes: bytes) {
                    try set(run, to: .failed(refusal))
                } else if budget.hasRoom(threads: threads, bytes: bytes) {
                    try start(run, bytes: bytes, threads: threads)
                }
            }
        }
    }

    private func stop(_ run: SweepRun, after record: EpochRecord) throws {
        try set(run, to: .stopped(record, try? FinishedRun(contentsOf: folder.path(of: run))))
    }

    private func start(_ run: SweepRun, bytes: Double, threads: Int) throws {
        let process: RunProcess?
        if folder.isInUse(run) {
            process = nil
            progress?.waits(for: run)
        } else {
            do { process = try RunProcess(run, in: folder) } catch {
                return try set(run, to: .failed("cannot be started: \(error.localizedDescription)"))
            }
        }
        budget.take(threads: threads, bytes: bytes)
        jobs.append(Job(run: run, bytes: bytes, process: process, epochs: folder.epochs(of: run)))
    }

    /// Takes note of the runs whose processes have ended.
    private func conclude() throws {
        var ended: [Job] = []
        jobs.removeAll { job in
            let isOver = job.process.map { !$0.isRunning } ?? !folder.isInUse(job.run)
            if isOver { ended.append(job) }
            return isOver
        }
        for job in ended {
            budget.giveBack(threads: job.run.configuration.threads ?? 1, bytes: job.bytes)
            if halving != nil { logs[job.run.name]?.reread() }
            let state = folder.state(of: job.run)
            if case .done = state {
                try set(job.run, to: state)
            } else if let process = job.process, !process.wasInterrupted {
                let said = process.crash == nil ? folder.lastLine(of: job.run) : nil
                try set(job.run, to: .failed(process.crash ?? said ?? "ended without a result"))
            }
        }
    }

    private func set(_ run: SweepRun, to state: SweepState) throws {
        states[run.name] = state
        let results = results
        try folder.write(results)
        progress?.ended(run, results)
    }
}
