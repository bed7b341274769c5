internal import SparseStore

/// The memory of a network's activations, laid out as its plan says. Borders are zero from the start and stay so.
struct ActivationMemory {
    let plan: ActivationPlan
    private let model: Model
    private let batchSize: Int
    private let slots: [AlignedBuffer<Float>]

    init(_ model: Model, batchSize: Int) {
        plan = ActivationPlan(model)
        self.model = model
        self.batchSize = batchSize
        slots = plan.slotSizes.map { AlignedBuffer(count: Panels.count(batchSize) * $0) }
    }

    func output(of layer: Int) -> Panels { panels(layer, plan.outputs[layer]) }
    func outputGradient(of layer: Int) -> Panels { panels(layer, plan.gradients[layer]) }

    private func panels(_ layer: Int, _ place: ActivationPlan.Place) -> Panels {
        let shape = model.nodes[layer].output
        return Panels(
            channels: shape.channels, rows: shape.rows, columns: shape.columns, halo: place.halo, samples: batchSize,
            sharing: slots[place.slot])
    }
}
