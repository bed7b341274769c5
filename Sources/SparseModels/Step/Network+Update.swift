public import SparseParts
internal import SparseStore

/// The last stage of a step: values move along their gradients.
extension Network {
    /// Computes the gradients of all parameters for the batch of the last `backward` and moves the values along them, or along those
    /// that were accumulated (`accumulateGradients`).
    /// Where no reducer, no clipping and no observer stands between, the task that computes a range of gradients also updates
    /// its values, while they are in the cache; it changes no result.
    /// - Throws: `NonFiniteGradient`, after values may have changed.
    public func update(
        _ optimizer: any Optimizer, learningRate: Float, settings: UpdateSettings = UpdateSettings()
    ) throws(NonFiniteGradient) {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        guard let batch = lastBatch else { preconditionFailure("an update needs a backward pass") }
        for parameter in parameters { parameter.reserveStates(optimizer.states) }
        updatePlan.refresh(layers, parameters, threads: workers.parts)
        updateCount += 1
        var step = OptimizerStep(count: updateCount, learningRate: learningRate)
        let isFused = settings.clipNorm == nil && reducer == nil && observer == nil && !gradientSums.isBegun
        if !isFused {
            sumGradients()
            addPenalties()
            if let clipNorm = settings.clipNorm { step.gradientScale = try clippingScale(clipNorm) }
        }
        let (plan, parameters, joined, common, observer) = (updatePlan, parameters, joined, step, observer)
        workers.run(tasks: plan.tasks.count, of: isFused ? "gradients and update" : "update") { index in
            let task = plan.tasks[index]
            let parameter = parameters[task.parameter]
            if isFused {
                batch.parameterGradient(task, joined)
                parameter.addPenalty(task.part)
            }
            var step = common
            step.decays = settings.decaysVectors || parameter.kind == .weight
            let slot = OptimizerSlot(parameter.stored)
            observer?.willDo(.update(parameter: task.parameter))
            let finite = optimizer.update(slot, range: parameter.range(of: task.part), step: step)
            observer?.didDo(.update(parameter: task.parameter))
            parameter.matrix?.valuesHaveChanged(in: task.part)
            plan.flags[index] = finite ? 0 : 1
        }
        refreshForwardSets()
        for (index, task) in plan.tasks.enumerated() where plan.flags[index] != 0 {
            throw NonFiniteGradient(parameter: parameters[task.parameter].name)
        }
    }

    /// Lets forward sets take over the values that have changed.
    package func refreshForwardSets() {
        let workers = workers
        let weights = weights
        guard weights.contains(where: { $0.forwardSet != nil }) else { return }
        workers.run(tasks: weights.count) { weights[$0].valuesHaveChanged() }
    }
}

/// What holds for all updates of a run, whichever the optimiser.
public struct UpdateSettings: Sendable, Equatable {
    /// Largest Euclidean norm of the gradient of all parameters together; a longer one is scaled down to it. Nil: as it
    /// is (Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013).
    public var clipNorm: Double?
    /// Whether weight decay applies to biases and to the scale and shift of normalisations, too.
    public var decaysVectors: Bool

    /// Without arguments: no clipping, and decay of every parameter.
    public init(clipNorm: Double? = nil, decaysVectors: Bool = true) {
        self.clipNorm = clipNorm
        self.decaysVectors = decaysVectors
    }
}

extension Options {
    /// Whether weight decay applies to biases and to scales and shifts of normalisations, too.
    public var decaysVectors: Option<Bool> {
        Option(
            "decay-vectors", .optimisation, "", .flag, default: true,
            "weight decay of biases and of scales and shifts of norms, too; gpt: off")
    }
}

/// A parameter's gradient is NaN or infinite. Some values may have been updated with it.
public struct NonFiniteGradient: Error, Equatable, CustomStringConvertible {
    /// Name of the parameter, such as "fc1.weight".
    public let parameter: String

    public var description: String { "the gradient of \(parameter) is not finite" }
}
