import Foundation
import SparseStore

/// What a training step could gain from so many threads, whatever machine this is: it is cut as it would be for them, all tasks are
/// done by one thread and timed, and then handed out to that many in the order in which they would be claimed. Of 784-n-n-n-10
/// (`step`) and of a convolutional network (`model_step`), each beside the same step cut for one thread, in turn.
enum CutsBenchmark {
    static let benchmark = Benchmark(
        op: "cuts",
        standard: [nil, "resnet20"].flatMap { model in
            [1, 2, 4, 8, 16, 64].map { threads in
                Subject(
                    op: "cuts", rows: model == nil ? 1000 : 0, columns: model == nil ? 1000 : 0, batch: 128,
                    density: 0.1,
                    threads: threads, model: model)
            }
        }
    ) { subject in
        var whole = subject
        whole.threads = 1
        let (one, cut) = (try RecordedStep(whole), try RecordedStep(subject))
        return Work(
            operations: cut.operations,
            run: {
                try one.run()
                try cut.run()
            },
            cuts: { CutFigures(cut.recorder, one: one.recorder, threads: subject.threads) })
    }
}

/// A step that tells what its tasks take.
private struct RecordedStep {
    let recorder = RegionRecorder()
    let operations: Double
    private let step: () throws -> Void

    init(_ subject: Subject) throws {
        let workers = Workers(threads: subject.threads, parts: subject.threads, recorder: recorder)
        if subject.model == nil {
            let fixture = try NetworkFixture(subject, workers: workers)
            (operations, step) = (fixture.operations, { try fixture.step() })
        } else {
            let fixture = try ModelFixture(subject, workers: workers)
            (operations, step) = (fixture.operations, { try fixture.step() })
        }
    }

    func run() throws { try recorder.record(step) }
}

/// How a step is cut.
struct CutFigures: Codable {
    /// Regions in which several tasks run, and tasks of all of them.
    var regions: Int
    var tasks: Int
    /// Share of the work, as it is cut, that one thread does alone.
    var serialShare: Double
    /// Work of the threads over what they would take: the bound on the speed-up that comes from the cuts alone.
    var bound: Double
    /// Work as it is cut over work as it is cut for one thread.
    var work: Double
    /// What is left of the bound: times faster than one thread, without what waking threads and meeting takes.
    var speedup: Double
    /// The regions, those first that lose most time.
    var lossy: [Region]

    struct Region: Codable {
        var name: String
        var tasks: Int
        /// Of all its tasks.
        var milliseconds: Double
        /// Largest task over mean task.
        var largestOverMean: Double
        /// Work of the thread that is busy longest over the mean work of a thread.
        var busiestOverMean: Double
        /// Time that it takes beyond its share of the work.
        var lostMilliseconds: Double

        enum CodingKeys: String, CodingKey {
            case name, tasks, milliseconds
            case largestOverMean = "largest_over_mean"
            case busiestOverMean = "busiest_over_mean"
            case lostMilliseconds = "lost_milliseconds"
        }
    }

    enum CodingKeys: String, CodingKey {
        case regions, tasks, bound, work, speedup, lossy
        case serialShare = "serial_share"
    }

    init(_ recorder: RegionRecorder, one: RegionRecorder, threads: Int) {
        regions = recorder.regions.count
        tasks = recorder.regions.reduce(0) { $0 + $1.tasks.count }
        serialShare = recorder.serial / recorder.work
        bound = recorder.work / recorder.seconds(threads: threads)
        // Times of whole steps: the sum of the least of many short times is less than the least of their sum.
        work = recorder.total / one.total
        speedup = bound / work
        lossy = recorder.regions.map { region in
            let (mean, time) = (region.work / Double(threads), region.seconds(threads: threads))
            return Region(
                name: region.name, tasks: region.tasks.count, milliseconds: region.work * 1e3,
                largestOverMean: (region.tasks.max() ?? 0) / region.work * Double(region.tasks.count),
                busiestOverMean: time / mean, lostMilliseconds: (time - mean) * 1e3)
        }.sorted { $0.lostMilliseconds > $1.lostMilliseconds }
    }

    /// What is printed below the record.
    var lines: [String] {
        let total = String(
            format:
                "    %d regions, %d tasks; alone %.3f of the work; bound %.2f; work %.2f of one thread's; speed-up %.2f",
            regions, tasks, serialShare, bound, work, speedup)
        return [total]
            + lossy.prefix(4).map { region in
                String(
                    format: "    %8.3f ms lost of %8.3f, %4d tasks, largest %5.2f of the mean, busiest thread %5.2f  ",
                    region.lostMilliseconds, region.milliseconds, region.tasks, region.largestOverMean,
                    region.busiestOverMean
                ) + region.name
            }
    }
}
