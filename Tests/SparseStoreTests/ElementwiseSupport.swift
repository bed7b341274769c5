import SparseKernels
import Testing

@testable import SparseStore

/// A repeatable source of test inputs.
struct TestNumbers {
    private var random: CounterRandom

    init(_ seed: Int) { random = CounterRandom(seed: UInt64(seed), purpose: .test) }

    mutating func float(_ range: ClosedRange<Double> = -2...2) -> Float {
        Float(range.lowerBound + (range.upperBound - range.lowerBound) * random.nextUnit())
    }

    mutating func floats(_ count: Int, _ range: ClosedRange<Double> = -2...2) -> [Float] {
        (0..<count).map { _ in float(range) }
    }

    mutating func below(_ bound: Int) -> Int { random.next(below: bound) }
}

/// Lengths around every vector width, and random ones.
let lengths: [Int] = {
    var numbers = TestNumbers(99)
    return Array(0...40) + [63, 64, 65, 127, 128, 129] + (0..<40).map { _ in numbers.below(2000) }
}()

func name(_ table: st_kernels) -> String { String(cString: table.name) }

/// Expects a float to be within `relative` of a double, or within `absolute` near zero.
func expectClose(
    _ found: Float, _ expected: Double, relative: Double = 1e-5, absolute: Double = 1e-6,
    _ what: @autoclosure () -> String,
    at location: SourceLocation = #_sourceLocation
) {
    if abs(Double(found) - expected) <= max(absolute, relative * abs(expected)) { return }
    Issue.record("\(what()): \(found), expected \(expected)", sourceLocation: location)
}
