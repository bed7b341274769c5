/// When connections change. Time t counts weight updates: an update is due at t > 0 when t is a multiple of the period
/// and begin <= t < end (Algorithm 1 of arXiv 1911.11134).
public struct UpdateClock: Sendable, Equatable {
    /// First step at which an update may happen.
    public let begin: Int
    /// No update at or after this step.
    public let end: Double
    /// Periods and the steps from which they hold, ascending.
    public let stages: [(from: Int, period: Int)]

    /// - Parameters:
    ///   - begin: First step after which there may be an update.
    ///   - end: No update at or after this step.
    ///   - stages: at least one; the first holds from the start on.
    public init(begin: Int = 0, end: Double, stages: [(from: Int, period: Int)]) {
        precondition(!stages.isEmpty && stages.allSatisfy { $0.period > 0 }, "a clock needs positive periods")
        self.begin = begin
        self.end = end
        self.stages = stages
    }

    /// One period all the time.
    public init(begin: Int = 0, end: Double, period: Int) {
        self.init(begin: begin, end: end, stages: [(0, period)])
    }

    /// A clock that never rings.
    public static let never = UpdateClock(end: 0, period: 1)

    public static func == (a: Self, b: Self) -> Bool {
        a.begin == b.begin && a.end == b.end && a.stages.elementsEqual(b.stages, by: ==)
    }

    /// The period that holds at a step.
    public func period(at step: Int) -> Int {
        (stages.last { $0.from <= step } ?? stages[0]).period
    }

    /// True when an update is due after `step` weight updates.
    public func isUpdate(_ step: Int) -> Bool {
        step > 0 && step >= begin && Double(step) < end && step % period(at: step) == 0
    }
}

extension UpdateClock {
    /// How many of the steps below `steps` are updates, without visiting each.
    public func updates(before steps: Int) -> Int {
        var count = 0
        for (index, stage) in stages.enumerated() {
            let next = index + 1 < stages.count ? stages[index + 1].from : Int.max
            let first = max(1, begin, index == 0 ? 1 : stage.from)
            // The first step that is not below `end`; a run is never as long as an integer can say.
            let last = min(steps, next, end < 0x1p62 ? Int(max(end, 0).rounded(.up)) : Int.max)
            if first < last { count += (last - 1) / stage.period - (first - 1) / stage.period }
        }
        return count
    }
}
