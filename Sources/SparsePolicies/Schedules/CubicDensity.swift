internal import Foundation

/// The density of gradual pruning (Zhu, Gupta, arXiv 1710.01878): from `initial` to `final` along a cubic,
///
///     density(t) = final + (initial - final) (1 - (t - begin) / (end - begin))^3
public struct CubicDensity: Sendable, Equatable {
    /// Density before the first step of the pruning, and after the last.
    public let initial: Double
    /// Density from step `end` on.
    public let final: Double
    /// First and last step of the pruning.
    public let begin: Int
    /// Step of the last pruning.
    public let end: Int

    /// From density `initial` to `final` between two steps.
    public init(initial: Double, final: Double, begin: Int, end: Int) {
        self.initial = initial
        self.final = final
        self.begin = begin
        self.end = end
    }

    /// The density due at a step, or nil outside the pruning.
    public func density(at step: Int) -> Double? {
        guard step >= begin && step <= end else { return nil }
        if step == end { return final }
        return final + (initial - final) * pow(1 - Double(step - begin) / Double(end - begin), 3)
    }
}
