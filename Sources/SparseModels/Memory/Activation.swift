internal import SparseStore

/// The output of a layer, or the gradient of one, before it has memory.
struct Activation {
    var shape: ActivationShape
    /// Width of the border of zeros that it has at least.
    var halo: Int
    /// True when it must not have any border.
    var isCompact: Bool
    var lifetime: Lifetime

    func size(halo: Int) -> Int {
        shape.channels * Panels.mapStride(rows: shape.rows, columns: shape.columns, halo: halo)
    }
}

/// From when to when an activation is needed in a training step. Each moment has two halves, one in which a layer reads and
/// one in which it writes: what is read for the last time leaves its memory to what is written then.
struct Lifetime: Equatable {
    var first: Int
    var last: Int

    func overlaps(_ other: Lifetime) -> Bool { first <= other.last && other.first <= last }

    /// Half moments between this one and the nearer neighbour among `others`, none of which it overlaps.
    func gap(to others: [Lifetime]) -> Int {
        others.map { $0.first > last ? $0.first - last : first - $0.last }.min() ?? Int.max
    }
}

/// The moments of a training step: layers forward, the loss, layers backward, and then the gradients of the parameters.
struct StepClock {
    let layers: Int

    func forward(_ layer: Int) -> Int { layer }
    var loss: Int { layers }
    func backward(_ layer: Int) -> Int { 2 * layers - layer }
    var end: Int { 2 * layers + 1 }

    static func read(_ moment: Int) -> Int { 2 * moment }
    static func write(_ moment: Int) -> Int { 2 * moment + 1 }
}

/// All activations of a model's training step.
struct ModelActivations {
    /// The outputs of all layers in their order, then gradients.
    private(set) var all: [Activation] = []
    /// Place in `all` of each layer's output.
    private(set) var outputs: [Int] = []
    /// Place in `all` of the gradient of each layer's output.
    private(set) var gradients: [Int] = []

    init(_ model: Model) {
        let nodes = model.nodes
        let clock = StepClock(layers: nodes.count)
        let readers = Readers(nodes)
        for (layer, node) in nodes.enumerated() {
            all.append(
                Activation(
                    shape: node.output,
                    halo: readers.of(.layer(layer)).map { nodes[$0].definition.inputHalo }.max() ?? 0,
                    isCompact: Self.isCompact(layer, nodes, readers),
                    lifetime: Self.outputLifetime(layer, nodes, readers, clock)))
        }
        for (layer, node) in nodes.enumerated() {
            let first = readers.firstWriter(of: .layer(layer)).map(clock.backward) ?? clock.loss
            all.append(
                Activation(
                    shape: node.output, halo: node.gradientHalo,
                    isCompact: Self.isCompact(layer, nodes, readers),
                    lifetime: Lifetime(
                        first: StepClock.write(first), last: Self.lastUse(ofGradient: layer, nodes, readers, clock))))
            gradients.append(nodes.count + layer)
        }
        outputs = Array(nodes.indices)
        for layer in nodes.indices { shareOutput(of: layer, nodes) }
        for layer in nodes.indices { shareGradient(of: layer, nodes, readers) }
        for layer in nodes.indices { shareBorder(of: layer) }
    }

    /// The loss and layers that share no input take panels without a border.
    private static func isCompact(_ layer: Int, _ nodes: [ModelNode], _ readers: Readers) -> Bool {
        layer == nodes.count - 1 || readers.of(.layer(layer)).contains { !nodes[$0].definition.sharesInput }
    }

    private static func outputLifetime(
        _ layer: Int, _ nodes: [ModelNode], _ readers: Readers, _ clock: StepClock
    ) -> Lifetime {
        let first = StepClock.write(clock.forward(layer))
        var last = first
        func isRead(by reader: Int, at moment: Int, leaving: Bool) {
            last = max(
                last,
                leaving && nodes[reader].definition.isElementwise ? StepClock.read(moment) : StepClock.write(moment))
        }
        for reader in readers.of(.layer(layer)) {
            isRead(by: reader, at: clock.forward(reader), leaving: true)
            if nodes[reader].needs.contains(.input) { isRead(by: reader, at: clock.backward(reader), leaving: true) }
            if nodes[reader].needs.contains(.afterwards) { last = StepClock.write(clock.end) }
        }
        if nodes[layer].needs.contains(.output) {
            // With several gradients to write, the output is read again after the first.
            isRead(by: layer, at: clock.backward(layer), leaving: nodes[layer].sources.count == 1)
        }
        return Lifetime(first: first, last: layer == nodes.count - 1 ? StepClock.write(clock.end) : last)
    }

    private static func lastUse(
        ofGradient layer: Int, _ nodes: [ModelNode], _ readers: Readers, _ clock: StepClock
    ) -> Int {
        if nodes[layer].needs.contains(.afterwards) { return StepClock.write(clock.end) }
        var last = 0
        func isRead(by reader: Int) {
            let moment = clock.backward(reader)
            last = max(last, nodes[reader].definition.isElementwise ? StepClock.read(moment) : StepClock.write(moment))
        }
        isRead(by: layer)
        for source in nodes[layer].sources where readers.sumLeaving(source) == layer {
            if let next = readers.firstWriter(of: source) { isRead(by: next) }
        }
        return last
    }

    /// What is its input has the memory of it, where no border stands between them.
    private mutating func shareOutput(of layer: Int, _ nodes: [ModelNode]) {
        guard nodes[layer].definition.givesInput, let source = nodes[layer].sources[0].layer else { return }
        let kept = outputs[source]
        guard all[kept].halo == 0, all[layer].halo == 0 else { return }
        all[kept].isCompact = all[kept].isCompact || all[layer].isCompact
        all[kept].lifetime.last = max(all[kept].lifetime.last, all[layer].lifetime.last)
        outputs[layer] = kept
    }

    /// The gradient of a sum is that of its inputs. Those that have no other reader, and do not change their gradient, share
    /// it with each other, and with the sum unless its output would still be needed then: the gradient would have to be
    /// elsewhere first.
    private mutating func shareGradient(of layer: Int, _ nodes: [ModelNode], _ readers: Readers) {
        let sources = nodes[layer].sources.compactMap(\.layer)
        guard nodes[layer].definition.givesOneGradient, sources.count == nodes[layer].sources.count,
            Set(sources).count == sources.count, sources.count > 1
        else { return }
        var sharing = sources.filter {
            readers.of(.layer($0)).count == 1 && !nodes[$0].needs.contains(.gradientOfItsOwn)
        }
        let own = all[gradients[layer]]
        if nodes[layer].definition.passesGradient && !own.isCompact
            && all[outputs[layer]].lifetime.last < own.lifetime.first
        {
            sharing.insert(layer, at: 0)
        }
        guard let first = sharing.first else { return }
        let kept = gradients[first]
        for other in sharing.dropFirst().map({ gradients[$0] }) {
            all[kept].halo = max(all[kept].halo, all[other].halo)
            all[kept].lifetime.last = max(all[kept].lifetime.last, all[other].lifetime.last)
            // An input that is a sum itself has shared its own.
            gradients = gradients.map { $0 == other ? kept : $0 }
        }
    }

    /// An output that is of no use any more when its gradient comes can leave it its memory, if the borders agree.
    private mutating func shareBorder(of layer: Int) {
        let (gradient, output) = (all[gradients[layer]], all[outputs[layer]])
        guard !output.isCompact, output.lifetime.last < gradient.lifetime.first else { return }
        all[outputs[layer]].halo = max(output.halo, gradient.halo)
        all[gradients[layer]].halo = all[outputs[layer]].halo
    }
}
