internal import SparseStore

/// The third stage of a step: gradients of the parameters, from what the backward pass left at each layer.
extension Network {
    /// Computes the gradients of all parameters for the batch of the last `backward`, without an update.
    package func parameterGradients() {
        computeGradients()
        addPenalties()
    }

    /// The gradients, without the penalty of forward sets.
    func computeGradients() {
        guard let batch = lastBatch else { preconditionFailure("gradients need a backward pass") }
        updatePlan.refresh(layers, parameters, threads: workers.parts)
        let (tasks, joined) = (updatePlan.tasks, joined)
        workers.run(tasks: tasks.count, of: "gradients") { batch.parameterGradient(tasks[$0], joined) }
    }

    /// Adds what the loss says of the stored weights themselves, once the gradients of all processes are summed.
    func addPenalties() {
        guard weights.contains(where: { $0.forwardSet != nil }) else { return }
        let (tasks, parameters) = (updatePlan.tasks, parameters)
        workers.run(tasks: tasks.count) { parameters[tasks[$0].parameter].addPenalty(tasks[$0].part) }
    }
}

extension LayerChain {
    /// - Parameter joined: of each layer the gradient of its first parameter that is there already.
    func parameterGradient(_ task: UpdatePlan.Task, _ joined: [AlignedBuffer<Float>?]) {
        let layer = layers[task.layer]
        if task.index == 0, let gradient = joined[task.layer], gradient === layer.parameters[0].gradient { return }
        observer?.willDo(.gradient(layer: task.layer, parameter: task.parameter))
        layer.parameterGradient(task.index, inputs: inputs(of: task.layer), part: task.part, pass: pass)
        observer?.didDo(.gradient(layer: task.layer, parameter: task.parameter))
    }
}

extension Parameter {
    /// Adds the gradient of the penalty on weights outside the forward set, if there is one.
    func addPenalty(_ part: Part) {
        guard let matrix, let set = matrix.forwardSet else { return }
        set.addPenalty(to: matrix.stored, range: matrix.storeRange(of: part))
    }
}
