internal import Foundation

/// Where numbers lie along an axis, and which of them are named.
struct AxisScale {
    /// How numbers become distances.
    enum Kind: Equatable {
        case linear
        /// Equal factors are equal distances; the axis names powers of the base.
        case logarithmic(base: Double)
    }

    let kind: Kind
    private(set) var minimum: Double
    private(set) var maximum: Double
    private(set) var ticks: [Double]

    /// - Parameters:
    ///   - values: What is to be shown; a logarithmic axis shows positive numbers only.
    ///   - includesZero: Whether the axis begins at 0, or ends there.
    ///   - count: About so many numbers are named.
    init(_ kind: Kind, of values: some Sequence<Double>, includesZero: Bool = false, ticks count: Int = 5) {
        self.kind = kind
        var (low, high) = (Double.infinity, -Double.infinity)
        for value in values where value.isFinite && (kind == .linear || value > 0) {
            (low, high) = (Swift.min(low, value), Swift.max(high, value))
        }
        if low > high { (low, high) = kind == .linear ? (0, 1) : (1, 10) }
        switch kind {
        case .linear:
            if includesZero { (low, high) = (Swift.min(low, 0), Swift.max(high, 0)) }
            if low == high {
                let margin = low == 0 ? 1 : abs(low) * 0.1
                (low, high) = (low - (low == 0 ? 0 : margin), high + margin)
            }
            let step = Self.step(for: (high - low) / Double(Swift.max(count - 1, 1)))
            minimum = (low / step + 1e-9).rounded(.down) * step
            maximum = (high / step - 1e-9).rounded(.up) * step
            let (first, steps) = (minimum, Int(((maximum - minimum) / step).rounded()))
            ticks = (0...steps).map { first + Double($0) * step }.map { abs($0) < step * 1e-9 ? 0 : $0 }
        case .logarithmic(let base):
            let exponents = (log(low) / log(base) + 1e-9).rounded(.down)...(log(high) / log(base) - 1e-9).rounded(.up)
            if exponents.upperBound - exponents.lowerBound >= 2 || base < 10 {
                (minimum, maximum) = (pow(base, exponents.lowerBound), pow(base, exponents.upperBound))
                if minimum == maximum { maximum *= base }
                let every = Swift.max(1, Int((exponents.upperBound - exponents.lowerBound) / Double(count)))
                ticks = stride(from: exponents.lowerBound, through: exponents.upperBound, by: Double(every))
                    .map { pow(base, $0) }
            } else {
                let named = stride(from: exponents.lowerBound - 1, through: exponents.upperBound + 1, by: 1)
                    .flatMap { exponent in [1.0, 2, 5].map { $0 * pow(base, exponent) } }
                minimum = named.last { $0 <= low * (1 + 1e-9) } ?? low
                maximum = named.first { $0 >= high * (1 - 1e-9) } ?? high
                if minimum == maximum { maximum = named.first { $0 > high * (1 + 1e-9) } ?? high * 2 }
                let (from, to) = (minimum, maximum)
                ticks = named.filter { $0 >= from && $0 <= to }
            }
        }
    }

    /// 1, 2 or 5 times a power of ten, at least so large.
    private static func step(for width: Double) -> Double {
        let power = pow(10, log10(width).rounded(.down))
        return ([1, 2, 5, 10].first { $0 * power >= width * (1 - 1e-9) } ?? 10) * power
    }

    /// 0 at the beginning of the axis, 1 at its end.
    func place(_ value: Double) -> Double {
        switch kind {
        case .linear: (value - minimum) / (maximum - minimum)
        case .logarithmic: (log(value) - log(minimum)) / (log(maximum) - log(minimum))
        }
    }

    /// Whether it can be shown.
    func holds(_ value: Double) -> Bool { value.isFinite && (kind == .linear || value > 0) }
}
