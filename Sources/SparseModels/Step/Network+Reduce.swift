internal import SparseStore

/// The fourth stage of a step, where an update follows several batches, or there are several processes.
extension Network {
    /// Makes the gradients of the parameters those of all batches of the update, whichever process had them. The reducer sums all
    /// gradients at once: of a message the bytes count, and that there is one.
    func sumGradients() {
        if reducer != nil && !gradientSums.isBegun {
            beginShard(gradientSums.first)
            accumulateGradients(share: 1)
        }
        guard gradientSums.isBegun else { return computeGradients() }
        let (plan, parameters, sums) = (updatePlan, parameters, gradientSums.take(workers))
        if let reducer {
            observer?.willDo(.reduce)
            reducer.reduce(sums, range: 0..<plan.count)
            observer?.didDo(.reduce)
        }
        workers.run(tasks: plan.chunks.count, of: "sums of gradients") { index in
            let chunk = plan.chunks[index]
            _ = parameters[chunk.parameter].gradient.elements[chunk.range].update(
                fromContentsOf: sums[0].elements[chunk.place..<chunk.place + chunk.range.count])
        }
    }
}
