internal import Foundation
internal import SparseKernels

/// A normal number for each position, without memory: a function of a random stream and the position. The values that a
/// layer's weights begin with.
package struct NormalField: Sendable {
    private let random: CounterRandom
    private let deviation: Double

    /// Normal numbers of mean 0 and this standard deviation.
    package init(_ random: CounterRandom, deviation: Double) {
        self.random = random
        self.deviation = deviation
    }

    /// The number at a position.
    package func value(at position: Int) -> Float {
        Float(CounterRandom.normal(random.word(UInt64(position))) * deviation)
    }

    /// The positions of a range, without those in `excluded` (ascending), whose absolute value is not below `floor`.
    func reaching(_ floor: Float, in range: Range<Int>, excluding excluded: [Int]) -> Candidates {
        var found = Candidates()
        var next = Selection.firstIndex(in: excluded, notBelow: range.lowerBound)
        random.forEachWord(in: range, upperHalfNotAbove: radiusBounds(floor)) { position in
            while next < excluded.count, excluded[next] < position { next += 1 }
            if next < excluded.count, excluded[next] == position { return }
            let score = value(at: position).magnitude
            if score >= floor { found.append(position, score: score) }
        }
        return found
    }

    /// For each of 256 parts of the circle the largest upper half of a word whose number may reach `floor`: by Box and
    /// Muller it is s sqrt(-2 log u) |cos|, so u <= exp(-(floor / (s |cos|))^2 / 2). With it hardly a number is computed
    /// that does not reach the floor.
    private func radiusBounds(_ floor: Float) -> [UInt32] {
        let ends = (0...256).map { abs(cos(2 * Double.pi * Double($0) / 256)) }
        return (0..<256).map { part in
            // The cosine is monotone within a part. The margins are for rounding.
            let radius = Double(floor) * (1 - 1e-6) / (deviation * max(ends[part], ends[part + 1]))
            return UInt32(min(exp(-0.5 * radius * radius) * 0x1p32 + 2, 0x1p32 - 1))
        }
    }
}

extension CounterRandom {
    /// Blocks looked through by one call of the kernel.
    private static let chunk = 4096

    /// Visits the words of a range, ascending, whose upper half is not above `bounds[upper eight bits of the lower half]`.
    /// - Parameter bounds: 256 of them.
    func forEachWord(in range: Range<Int>, upperHalfNotAbove bounds: [UInt32], _ body: (Int) -> Void) {
        precondition(bounds.count == 256 && range.lowerBound >= 0, "256 bounds for words from 0 on")
        var stream = st_philox(key: key, high: high)
        let most = bounds.max() ?? 0
        let blocks = range.lowerBound / 2..<(range.upperBound + 1) / 2
        withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * Self.chunk + 1) { found in
            guard let start = found.baseAddress else { return }
            for first in stride(from: blocks.lowerBound, to: blocks.upperBound, by: Self.chunk) {
                let count = InstructionSet.kernels.random.bounded_words(
                    &stream, UInt64(first), min(Self.chunk, blocks.upperBound - first), bounds, most, start)
                for word in found[..<count] {
                    let index = 2 * first + Int(word)
                    if range.contains(index) { body(index) }
                }
            }
        }
    }
}
