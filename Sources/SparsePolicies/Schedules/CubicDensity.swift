internal import Foundation

/// The density of gradual pruning (Zhu, Gupta, arXiv 1710.01878): from `initial` to `final` along a cubic,
///
///     density(t) = final + (initial - final) (1 - (t - begin) / (end - begin))^3
public struct CubicDensity: Sendable, Equatable {
    /// Density before the first step of the pruning, and after the last.
    public let initial: Double
    public let final: Double
    /// First and last step of the pruning.
    public let begin: Int
    public let end: Int

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
