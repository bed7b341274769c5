internal import SparseStore

/// Which memory the output of each layer, and the gradient of each output, has. Both share a few slots: two activations may
/// have one when they are never needed at the same time. Panels of a slot begin at the same places whatever their shape, so
/// that this holds for each panel of a batch by itself.
struct ActivationPlan {
    struct Place: Equatable {
        var slot: Int
        var halo: Int
    }

    /// Of each layer's output, and of its gradient.
    let outputs: [Place]
    let gradients: [Place]
    /// Floats that a panel has in each slot.
    let slotSizes: [Int]

    init(_ model: Model) {
        let activations = ModelActivations(model)
        let all = activations.all
        let end = StepClock.write(StepClock(layers: model.nodes.count).end)
        // Those that stay to the end share with none of each other; the shorter-lived then find their gaps. Large ones first.
        func rank(_ index: Int) -> (Int, Int, Int) {
            (all[index].lifetime.last == end ? 0 : 1, -all[index].size(halo: all[index].halo), index)
        }
        var slots: [Slot] = []
        var places = [Place](repeating: Place(slot: 0, halo: 0), count: all.count)
        let used = Set(activations.outputs).union(activations.gradients)
        for index in used.sorted(by: { rank($0) < rank($1) }) {
            let slot = Self.slot(for: all[index], among: &slots)
            places[index] = Place(slot: slot, halo: slots[slot].halo)
        }
        outputs = activations.outputs.map { places[$0] }
        gradients = activations.gradients.map { places[$0] }
        slotSizes = slots.map(\.size)
    }

    /// Bytes of all slots.
    func byteCount(batchSize: Int) -> Int {
        slotSizes.reduce(0, +) * Panels.count(batchSize) * MemoryLayout<Float>.stride
    }

    /// A part of the memory. One with a border holds maps of one shape only, for nothing clears borders; the others hold all.
    private struct Slot {
        var shape: ActivationShape
        var halo: Int
        var size: Int
        var lifetimes: [Lifetime] = []

        func takes(_ activation: Activation) -> Bool {
            let fits =
                halo == 0
                ? activation.halo == 0
                : activation.shape == shape && activation.halo <= halo && !activation.isCompact
            return fits && !lifetimes.contains { $0.overlaps(activation.lifetime) }
        }
    }

    /// The slot that has to grow least, and of those the one that is idle for the shortest time.
    private static func slot(for activation: Activation, among slots: inout [Slot]) -> Int {
        let size = activation.size(halo: activation.halo)
        var best: (slot: Int, growth: Int, gap: Int)?
        for (index, slot) in slots.enumerated() where slot.takes(activation) {
            let growth = max(0, size - slot.size)
            let gap = activation.lifetime.gap(to: slot.lifetimes)
            if growth < size && (growth, gap) < (best?.growth ?? Int.max, best?.gap ?? Int.max) {
                best = (index, growth, gap)
            }
        }
        if best == nil {
            slots.append(Slot(shape: activation.shape, halo: activation.halo, size: size))
        }
        let chosen = best?.slot ?? slots.count - 1
        slots[chosen].size = max(slots[chosen].size, size)
        slots[chosen].lifetimes.append(activation.lifetime)
        return chosen
    }
}
