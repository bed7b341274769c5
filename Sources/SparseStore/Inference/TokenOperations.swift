internal import Foundation
internal import SparseKernels

/// Loops over the numbers of one token, which lie side by side. They allocate nothing.
package enum TokenOperations {
    /// output[i] = one of the rows of a table, and with `addend` that added.
    package static func row(
        _ index: Int, of table: AlignedBuffer<Float>, width: Int, addingTo addend: AlignedBuffer<Float>? = nil,
        into output: AlignedBuffer<Float>
    ) {
        precondition(
            index >= 0 && width >= 0 && (index + 1) * width <= table.count && output.count >= width
                && addend?.count ?? width >= width, "a row outside the table")
        let from = table.pointer + index * width
        if let addend {
            for i in 0..<width { output.pointer[i] = from[i] + addend.pointer[i] }
        } else {
            output.pointer.update(from: from, count: width)
        }
    }

    /// Layer normalisation, or without `centered` root mean square normalisation.
    package static func normalize(
        _ input: AlignedBuffer<Float>, centered: Bool, epsilon: Float, gamma: AlignedBuffer<Float>,
        beta: AlignedBuffer<Float>?, into output: AlignedBuffer<Float>
    ) {
        let n = gamma.count
        precondition(n > 0 && min(input.count, output.count, beta?.count ?? n) >= n, "vectors that are too short")
        let x = input.pointer
        var (mean, squares) = (Float(0), Float(0))
        if centered {
            for i in 0..<n { mean += x[i] }
            mean /= Float(n)
        }
        for i in 0..<n { squares += (x[i] - mean) * (x[i] - mean) }
        let inverse = 1 / (squares / Float(n) + epsilon).squareRoot()
        for i in 0..<n {
            output.pointer[i] = (x[i] - mean) * inverse * gamma.pointer[i] + (beta?.pointer[i] ?? 0)
        }
    }

    /// output = activation(input).
    package static func apply(
        _ activation: SmoothActivation, _ input: AlignedBuffer<Float>, into output: AlignedBuffer<Float>, count: Int
    ) {
        precondition(count >= 0 && min(input.count, output.count) >= count, "vectors that are too short")
        activation.forward(input.pointer, output.pointer, count)
    }

    /// Keys and values of the tokens of a sequence, as attention remembers them.
    package struct Cache {
        fileprivate let heads: Int
        fileprivate let width: Int
        fileprivate let context: Int

        /// Numbers that a sequence of `context` tokens takes.
        package var count: Int { 2 * context * heads * width }
        /// Numbers that a call needs for itself.
        package var scratchCount: Int { context + SampleOperations.room }

        /// - Parameters:
        ///   - heads: Divide the channels.
        ///   - context: Most tokens of a sequence.
        package init(heads: Int, channels: Int, context: Int) {
            precondition(heads > 0 && channels > 0 && channels % heads == 0 && context > 0, "heads divide channels")
            (self.heads, width, self.context) = (heads, channels / heads, context)
        }
    }

    /// Adds key and value of the token at `position` to the cache, and writes the mean of all values in it, weighted by softmax(query
    /// key / sqrt(channels of a head)).
    package static func attend(
        _ cache: Cache, query: AlignedBuffer<Float>, key: AlignedBuffer<Float>, value: AlignedBuffer<Float>,
        position: Int, memory: AlignedBuffer<Float>, into output: AlignedBuffer<Float>, scratch: AlignedBuffer<Float>
    ) {
        let (heads, width, context) = (cache.heads, cache.width, cache.context)
        precondition((0..<context).contains(position), "a sequence longer than the context")
        precondition(
            min(query.count, key.count, value.count, output.count) >= heads * width && memory.count >= cache.count
                && scratch.count >= cache.scratchCount, "vectors that are too short")
        let kernels = InstructionSet.kernels
        let scale = 1 / Float(width).squareRoot()
        for head in 0..<heads {
            let keys = memory.pointer + head * context * width
            let values = memory.pointer + (heads + head) * context * width
            (keys + position * width).update(from: key.pointer + head * width, count: width)
            (values + position * width).update(from: value.pointer + head * width, count: width)
            let scores = scratch.pointer
            kernels.inference.dense(keys, position + 1, width, query.pointer + head * width, nil, scores, 0)
            var largest = -Float.infinity
            for t in 0...position { largest = max(largest, scores[t]) }
            var sum: Float = 0
            for t in 0...position {
                scores[t] = exp((scores[t] - largest) * scale)
                sum += scores[t]
            }
            let target = output.pointer + head * width
            target.update(repeating: 0, count: width)
            for t in 0...position { kernels.vectors.axpy(scores[t] / sum, values + t * width, target, width) }
        }
    }
}
