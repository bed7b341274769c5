internal import SparseKernels

/// Order statistics of scores: floats that are neither negative nor NaN. Such floats order as their bit patterns do, so
/// they are selected as integers. Linear time. Subnormal scores are zeros, as they are to all arithmetic here.
package enum Selection {
    /// The `rank`-th largest score (1 = largest).
    package static func largest(_ rank: Int, of scores: [Float]) -> Float {
        precondition(rank >= 1 && rank <= scores.count, "rank outside the scores")
        return smallest(scores.count - rank + 1, of: scores)
    }

    /// The `rank`-th smallest score (1 = smallest).
    package static func smallest(_ rank: Int, of scores: [Float]) -> Float {
        precondition(rank >= 1 && rank <= scores.count, "rank outside the scores")
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        // Clearing the counters costs more than sorting so few.
        if scores.count <= 256 { return Float(bitPattern: bits(scores.sorted()[rank - 1])) }
        // The first eleven bits of the answer, then those that share them: a small part of the scores.
        let first = scores.withUnsafeBufferPointer { digit(rank, of: $0, shift: 21) { bits($0) } }
        let low = first.digit << 21
        let high = min(low | (1 << 21 - 1), Float.infinity.bitPattern)
        return withIndices(of: scores, from: Float(bitPattern: low), to: Float(bitPattern: high)) { sharing in
            func bits(_ index: UInt32) -> UInt32 { Self.bits(scores[Int(index)]) }
            let second = digit(first.rank, of: sharing, shift: 10) { bits($0) & (1 << 21 - 1) }
            let prefix = low | second.digit << 10
            let rest = sharing.filter { bits($0) >> 10 == prefix >> 10 }
            let third = rest.withUnsafeBufferPointer {
                digit(second.rank, of: $0, shift: 0) { bits($0) & (1 << 10 - 1) }
            }
            return Float(bitPattern: prefix | third.digit)
        }
    }

    /// The bit pattern, that of zero for subnormal scores.
    @inline(__always)
    private static func bits(_ score: Float) -> UInt32 {
        score.bitPattern < Float.leastNormalMagnitude.bitPattern ? 0 : score.bitPattern
    }

    /// Indices of the `count` largest scores, ascending, and the smallest of them; of equal scores the lower indices.
    static func indices(ofLargest count: Int, of scores: [Float]) -> (indices: [Int], threshold: Float) {
        let threshold = largest(count, of: scores)
        return (indices(count, of: scores, from: threshold, to: .infinity, ties: threshold), threshold)
    }

    /// Indices of the `count` smallest absolute numbers, ascending; of equal ones the lower indices. None may be NaN.
    package static func indices(ofSmallestMagnitudes count: Int, of numbers: [Float]) -> [Int] {
        if count <= 0 { return [] }
        if count >= numbers.count { return Array(numbers.indices) }
        let scores = numbers.map(\.magnitude)
        let threshold = smallest(count, of: scores)
        return indices(count, of: scores, from: 0, to: threshold, ties: threshold)
    }

    /// The indices of the scores from `low` to `high`, less the last of those that equal `ties`, so that `count` are left.
    private static func indices(
        _ count: Int, of scores: [Float], from low: Float, to high: Float, ties: Float
    ) -> [Int] {
        let mode = Subnormals.flush()
        defer { Subnormals.restore(mode) }
        return withIndices(of: scores, from: low, to: high) { found in
            var surplus = found.count - count
            if surplus <= 0 { return found.map(Int.init) }
            var kept = found.lazy.filter { scores[Int($0)] == ties }.count - surplus
            var indices: [Int] = []
            indices.reserveCapacity(count)
            for index in found.lazy.map(Int.init) {
                // Of those that tie the first.
                if surplus > 0, scores[index] == ties {
                    if kept == 0 {
                        surplus -= 1
                        continue
                    }
                    kept -= 1
                }
                indices.append(index)
            }
            return indices
        }
    }

    /// Hands out the ascending indices of the scores from `low` to `high`.
    private static func withIndices<Result>(
        of scores: [Float], from low: Float, to high: Float, _ body: (UnsafeBufferPointer<UInt32>) -> Result
    ) -> Result {
        let mode = Subnormals.flush()
        defer { Subnormals.restore(mode) }
        let found = AlignedBuffer<UInt32>(count: scores.count + 16)
        return withExtendedLifetime(found) {
            let n = InstructionSet.kernels.vectors.within(scores, scores.count, low, high, found.pointer)
            return body(UnsafeBufferPointer(start: found.pointer, count: n))
        }
    }

    /// Bits from `shift` up of the `rank`-th smallest number of some elements, and its rank among those that share them.
    @inline(__always)
    private static func digit<Element>(
        _ rank: Int, of elements: UnsafeBufferPointer<Element>, shift: UInt32, _ bits: (Element) -> UInt32
    ) -> (digit: UInt32, rank: Int) {
        // Neighbours fall into few bins: four counters for each, or every count would wait for the one before it.
        let bins = 1 << 11
        return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 4 * bins) { counts in
            counts.initialize(repeating: 0)
            for i in elements.indices { counts[Int(bits(elements[i]) >> shift) + i % 4 * bins] &+= 1 }
            var wanted = rank
            for bin in 0..<bins {
                let count = (0..<4).reduce(0) { $0 + Int(counts[bin + $1 * bins]) }
                if wanted <= count { return (UInt32(bin), wanted) }
                wanted -= count
            }
            preconditionFailure("a rank within the elements has a bin")
        }
    }

    /// Index of the first element of an ascending array that is not below `value`.
    package static func firstIndex(in ascending: [Int], notBelow value: Int) -> Int {
        ascending.withUnsafeBufferPointer { firstIndex(in: $0, notBelow: value) }
    }

    static func firstIndex(in ascending: UnsafeBufferPointer<Int>, notBelow value: Int) -> Int {
        var (low, high) = (0, ascending.count)
        while low < high {
            let middle = (low + high) / 2
            if ascending[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
