internal import SparseStore

/// The fourth stage of a step, where there are several processes: gradients become those of the whole batch.
extension Network {
    /// Lets the reducer sum all gradients at once: of a message the bytes count, and that there is one.
    func reduceGradients() {
        guard let reducer else { return }
        observer?.willDo(.reduce)
        let (plan, parameters) = (updatePlan, parameters)
        reducedGradients.make(for: parameters)
        let joined = reducedGradients
        workers.run(tasks: plan.chunks.count, of: "gradients to sum") {
            joined.collect(plan.chunks[$0], of: parameters)
        }
        reducer.reduce(joined.values, range: 0..<joined.count)
        workers.run(tasks: plan.chunks.count, of: "sums of gradients") { joined.give(plan.chunks[$0], to: parameters) }
        observer?.didDo(.reduce)
    }
}

/// The gradients of all parameters, one behind the other, in memory that is allocated once.
struct JoinedGradients: Sendable {
    private(set) var values = AlignedBuffer<Float>(count: 0)
    private(set) var count = 0
    /// Where those of each parameter begin.
    private var starts: [Int] = []

    /// Finds the places of the values that each parameter has now.
    mutating func make(for parameters: [Parameter]) {
        starts.removeAll(keepingCapacity: true)
        count = 0
        for parameter in parameters {
            starts.append(count)
            count += parameter.gradient.count
        }
        if values.count < count { values = AlignedBuffer(count: count) }
    }

    func collect(_ chunk: (parameter: Int, range: Range<Int>), of parameters: [Parameter]) {
        _ = values.elements[place(of: chunk)].update(
            fromContentsOf: parameters[chunk.parameter].gradient.elements[chunk.range])
    }

    func give(_ chunk: (parameter: Int, range: Range<Int>), to parameters: [Parameter]) {
        _ = parameters[chunk.parameter].gradient.elements[chunk.range].update(
            fromContentsOf: values.elements[place(of: chunk)])
    }

    private func place(of chunk: (parameter: Int, range: Range<Int>)) -> Range<Int> {
        let start = starts[chunk.parameter]
        return start + chunk.range.lowerBound..<start + chunk.range.upperBound
    }
}
