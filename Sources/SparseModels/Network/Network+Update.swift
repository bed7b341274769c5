internal import SparseStore

extension Network {
    /// Computes the gradients of all parameters for the batch of the last `backward`, without an update.
    public func parameterGradients() {
        guard let batch = lastBatch else { preconditionFailure("gradients need a backward pass") }
        updatePlan.refresh(layers, parameters, threads: workers.threads)
        let (tasks, joined) = (updatePlan.tasks, joined)
        workers.run(tasks: tasks.count) { batch.parameterGradient(tasks[$0], joined) }
    }

    /// The Euclidean norm of all gradients together, as of the last `parameterGradients`.
    public func gradientNorm() -> Double {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        updatePlan.refresh(layers, parameters, threads: workers.threads)
        let (plan, parameters) = (updatePlan, parameters)
        workers.run(tasks: plan.chunks.count) { chunk in
            let (parameter, range) = plan.chunks[chunk]
            plan.squares[chunk] = VectorOperations.sumOfSquares(parameters[parameter].gradient, range: range)
        }
        var sum = 0.0
        for square in plan.squares.elements { sum += square }
        return sum.squareRoot()
    }

    /// Computes the gradients of all parameters for the batch of the last `backward` and moves the values along them.
    /// Without clipping, the task that computes a range of gradients also updates its values.
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
        if let clipNorm = settings.clipNorm {
            parameterGradients()
            let norm = gradientNorm()
            guard norm.isFinite else { throw NonFiniteGradient(parameter: nonFiniteParameter() ?? "") }
            if norm > clipNorm { step.gradientScale = Float(clipNorm / norm) }
        }
        let (plan, parameters, joined, common) = (updatePlan, parameters, joined, step)
        workers.run(tasks: plan.tasks.count) { index in
            let task = plan.tasks[index]
            if settings.clipNorm == nil { batch.parameterGradient(task, joined) }
            let parameter = parameters[task.parameter]
            var step = common
            step.decays = settings.decaysVectors || parameter.kind == .weight
            let slot = OptimizerSlot(
                values: parameter.values, gradient: parameter.gradient, states: parameter.states)
            let finite = optimizer.update(slot, range: parameter.range(of: task.part), step: step)
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

    /// Name of the first parameter with a gradient that is not finite, as of the last `parameterGradients`.
    private func nonFiniteParameter() -> String? {
        for (chunk, place) in updatePlan.chunks.enumerated() where !updatePlan.squares[chunk].isFinite {
            return parameters[place.parameter].name
        }
        return nil
    }
}

extension LayerChain {
    /// - Parameter joined: of each layer the gradient of its first parameter that is there already.
    func parameterGradient(_ task: UpdatePlan.Task, _ joined: [AlignedBuffer<Float>?]) {
        let layer = layers[task.layer]
        let parameter = layer.parameters[task.index]
        if task.index == 0, let gradient = joined[task.layer], gradient === parameter.gradient { return }
        layer.parameterGradient(task.index, input: input(of: task.layer), part: task.part, pass: pass)
        if case .matrix(let matrix) = parameter.storage, let set = matrix.forwardSet {
            set.addPenalty(to: matrix.gradient, values: matrix.values, range: matrix.storeRange(of: task.part))
        }
    }
}
