import Foundation

/// Times of many repetitions, in seconds.
struct Timing {
    var best: Double
    var median: Double
    var low: Double
    var high: Double
    /// Processor time of all threads, mean of all runs.
    var processor = 0.0
    /// The least of a run.
    var processorBest = Double.infinity

    /// Runs `body` until `seconds` have passed and at least `repetitions` times, after a warm-up. Short bodies are timed in
    /// groups of at least a fifth of a millisecond, so that the clock does not count.
    static func of(
        seconds: Double, repetitions: Int = 9, runs: Int? = nil, _ body: () throws -> Void
    ) rethrows -> Timing {
        let watch = ContinuousClock()
        func time(_ count: Int) throws -> Double {
            let begin = watch.now
            for _ in 0..<count { try body() }
            return (watch.now - begin) / .seconds(1)
        }
        if let runs {
            // A fixed number of single runs, without any memory asked for meanwhile.
            var samples = [Double](repeating: 0, count: runs)
            try body()
            let begun = processorSeconds()
            for i in 0..<runs { samples[i] = try time(1) }
            return Timing(samples, processor: (processorSeconds() - begun) / Double(runs))
        }
        let first = try time(2) / 2
        let group = max(1, Int(0.0002 / max(first, 1e-9)))
        _ = try time(group)
        var samples: [Double] = []
        var total = 0.0
        var least = Double.infinity
        let begun = processorSeconds()
        while samples.count < repetitions || total < seconds {
            let busy = processorSeconds()
            let sample = try time(group)
            least = min(least, (processorSeconds() - busy) / Double(group))
            total += sample
            samples.append(sample / Double(group))
        }
        var timing = Timing(samples, processor: (processorSeconds() - begun) / Double(samples.count * group))
        timing.processorBest = least
        return timing
    }

    /// Both in turn, so that what else the machine does meets both: until `seconds` have passed with each.
    static func ofBoth(
        seconds: Double, repetitions: Int = 9, _ one: () throws -> Void, _ other: () throws -> Void
    ) rethrows -> (Timing, Timing) {
        let watch = ContinuousClock()
        func time(_ count: Int, _ body: () throws -> Void) throws -> (wall: Double, processor: Double) {
            let (begin, busy) = (watch.now, processorSeconds())
            for _ in 0..<count { try body() }
            return ((watch.now - begin) / .seconds(1) / Double(count), (processorSeconds() - busy) / Double(count))
        }
        let first = (try time(2, one).wall + time(2, other).wall) / 2
        let group = max(1, Int(0.0005 / max(first, 1e-9)))
        var (ones, others): ([(wall: Double, processor: Double)], [(wall: Double, processor: Double)]) = ([], [])
        var total = 0.0
        while ones.count < repetitions || total < 2 * seconds {
            ones.append(try time(group, one))
            others.append(try time(group, other))
            total += Double(group) * (ones[ones.count - 1].wall + others[others.count - 1].wall)
        }
        func timing(_ times: [(wall: Double, processor: Double)]) -> Timing {
            let busy = times.map(\.processor)
            var timing = Timing(times.map(\.wall), processor: busy.reduce(0, +) / Double(busy.count))
            timing.processorBest = busy.min() ?? .infinity
            return timing
        }
        return (timing(ones), timing(others))
    }

    private init(_ samples: [Double], processor: Double) {
        self.processor = processor
        let samples = samples.sorted()
        best = samples[0]
        median = samples[samples.count / 2]
        low = samples[samples.count / 4]
        high = samples[samples.count * 3 / 4]
    }

    /// Processor time that this process has used so far.
    static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
}
