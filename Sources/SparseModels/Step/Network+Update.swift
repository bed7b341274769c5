internal import SparseStore

/// The last stage of a step: values move along their gradients.
extension Network {
    /// Computes the gradients of all parameters for the batch of the last `backward` and moves the values along them.
    /// Where no reducer, no clipping and no observer stands between, the task that computes a range of gradients also updates
    /// its values, while they are in the cache; it changes no result.
    /// - Throws: `NonFiniteGradient`, after values may have changed.
    public func update(
        _ optimizer: any Optimizer, learningRate: Float, settings: UpdateSettings = UpdateSettings()
    ) throws(NonFiniteGradient) {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        guard let batch = lastBatch else { preconditionFailure("an update needs a backward pass") }
        for parameter in parameters { parameter.reserveStates(optimizer.stateCount) }
        updatePlan.refresh(layers, parameters, threads: workers.threads)
        updateCount += 1
        var step = OptimizerStep(count: updateCount, learningRate: learningRate)
        let isFused = settings.clipNorm == nil && reducer == nil && observer == nil
        if !isFused {
            computeGradients()
            reduceGradients()
            addPenalties()
            if let clipNorm = settings.clipNorm { step.gradientScale = try clippingScale(clipNorm) }
        }
        let (plan, parameters, joined, common, observer) = (updatePlan, parameters, joined, step, observer)
        workers.run(tasks: plan.tasks.count) { index in
            let task = plan.tasks[index]
            let parameter = parameters[task.parameter]
            if isFused {
                batch.parameterGradient(task, joined)
                parameter.addPenalty(task.part)
            }
            var step = common
            step.decays = settings.decaysVectors || parameter.kind == .weight
            let slot = OptimizerSlot(
                values: parameter.values, gradient: parameter.gradient, states: parameter.states)
            observer?.willDo(.update(parameter: task.parameter))
            let finite = optimizer.update(slot, range: parameter.range(of: task.part), step: step)
            observer?.didDo(.update(parameter: task.parameter))
            plan.flags[index] = finite ? 0 : 1
        }
        refreshForwardSets()
        for (index, task) in plan.tasks.enumerated() where plan.flags[index] != 0 {
            throw NonFiniteGradient(parameter: parameters[task.parameter].name)
        }
    }

    /// Lets forward sets take over the values that have changed.
    public func refreshForwardSets() {
        let workers = workers
        let weights = weights
        guard weights.contains(where: { $0.forwardSet != nil }) else { return }
        workers.run(tasks: weights.count) { weights[$0].forwardSet?.refresh(from: weights[$0].values) }
    }
}
