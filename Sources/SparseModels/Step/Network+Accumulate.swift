internal import SparseStore

/// Gradients of several batches that one update follows.
extension Network {
    /// Computes the gradients of all parameters for the batch of the last `backward` and adds them, multiplied, to those kept for the
    /// next `update`. The batches of an update are added in their order, so that no bit depends on threads.
    /// - Parameters:
    ///   - share: Of the batch among those of the update: its samples over those of all of them.
    ///   - isFirst: Whether the update's batches begin with this one.
    package func accumulateGradients(share: Float, isFirst: Bool) {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        computeGradients()
        let parameters = parameters
        if isFirst { accumulated.begin(parameters) }
        let (plan, sums) = (updatePlan, accumulated.sums)
        workers.run(tasks: plan.chunks.count, of: "accumulation") { chunk in
            let (parameter, range) = plan.chunks[chunk]
            if isFirst { sums[parameter].elements[range].update(repeating: 0) }
            VectorOperations.add(parameters[parameter].gradient, times: share, to: sums[parameter], range: range)
        }
    }

    /// Makes the sums the gradients of the parameters. False when there are none.
    func takeAccumulatedGradients() -> Bool {
        guard accumulated.isBegun else { return false }
        accumulated.isBegun = false
        let (plan, sums, parameters) = (updatePlan, accumulated.sums, parameters)
        workers.run(tasks: plan.chunks.count, of: "accumulation") { chunk in
            let (parameter, range) = plan.chunks[chunk]
            _ = parameters[parameter].gradient.elements[range].update(fromContentsOf: sums[parameter].elements[range])
        }
        return true
    }
}

/// Sums of the gradients of several batches, one array for each parameter.
struct AccumulatedGradients {
    private(set) var sums: [AlignedBuffer<Float>] = []
    /// Whether the sums are those of batches that no update has followed yet.
    var isBegun = false

    /// Room for the values that each parameter has now.
    mutating func begin(_ parameters: [Parameter]) {
        isBegun = true
        if sums.count != parameters.count {
            sums = parameters.map { AlignedBuffer(count: $0.values.count) }
            return
        }
        for (index, parameter) in parameters.enumerated() where sums[index].count != parameter.values.count {
            sums[index] = AlignedBuffer(count: parameter.values.count)
        }
    }
}
