/// The `index`-th of `count` shares of some work. The cut depends only on the work and `count`, never on timing.
public struct Part: Sendable {
    /// Which share, from 0, of how many.
    public let index: Int
    /// How many shares there are.
    public let count: Int

    /// All of the work.
    public static let whole = Part(0, of: 1)

    /// The `index`-th of `count` parts, from 0.
    public init(_ index: Int, of count: Int) {
        precondition(count > 0 && index >= 0 && index < count)
        self.index = index
        self.count = count
    }

    /// This share of `0 ..< n`, cut at multiples of `unit`.
    public func range(of n: Int, unit: Int = 1) -> Range<Int> {
        let units = (n + unit - 1) / unit
        return min(n, units * index / count * unit)..<min(n, units * (index + 1) / count * unit)
    }
}
