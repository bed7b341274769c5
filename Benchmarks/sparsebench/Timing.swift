/// Times of many repetitions, in seconds.
struct Timing {
    var best: Double
    var median: Double
    var low: Double
    var high: Double

    /// Runs `body` until `seconds` have passed and at least `repetitions` times, after a warm-up. Short bodies are timed in
    /// groups of at least a fifth of a millisecond, so that the clock does not count.
    static func of(
        seconds: Double, repetitions: Int = 9, runs: Int? = nil, _ body: () throws -> Void
    ) rethrows -> Timing {
        let clock = ContinuousClock()
        func time(_ count: Int) throws -> Double {
            let begin = clock.now
            for _ in 0..<count { try body() }
            return (clock.now - begin) / .seconds(1)
        }
        if let runs {
            // A fixed number of single runs, without any memory asked for meanwhile.
            var samples = [Double](repeating: 0, count: runs)
            try body()
            for i in 0..<runs { samples[i] = try time(1) }
            return Timing(samples)
        }
        let first = try time(2) / 2
        let group = max(1, Int(0.0002 / max(first, 1e-9)))
        _ = try time(group)
        var samples: [Double] = []
        var total = 0.0
        while samples.count < repetitions || total < seconds {
            let sample = try time(group)
            total += sample
            samples.append(sample / Double(group))
        }
        return Timing(samples)
    }

    private init(_ samples: [Double]) {
        let samples = samples.sorted()
        best = samples[0]
        median = samples[samples.count / 2]
        low = samples[samples.count / 4]
        high = samples[samples.count * 3 / 4]
    }
}
