internal import SparseStore

/// How a pass is cut into regions of parallel work. No cut changes a result: layers own what they write, and sum in one
/// order.
extension Network {
    /// Operations below which a region runs on the caller: waking a helper takes some 50 microseconds.
    private static let serialWork = 4_000_000

    /// Panels that go through the layers together: the products are fastest with two, and the activations of two stay
    /// in the second-level cache from one layer to the next.
    static let panelGroup = 2

    /// True when each thread gets panels of its own to carry through all layers of the segment; otherwise layers are cut
    /// one by one.
    func carriesPanels(_ segment: Segment, _ pass: Pass) -> Bool {
        segment.carriesPanels
            && (pass.panels.count >= unit(segment, pass) * workers.parts
                || work(of: segment.layers, pass) < Network.serialWork)
    }

    /// Panels that go through a segment together.
    private func unit(_ segment: Segment, _ pass: Pass) -> Int {
        segment.keepsSequences ? pass.panelsPerSequence : Network.panelGroup
    }

    /// True when the backward pass of a layer of the segment needs all panels at once.
    func joinsGradients(_ segment: Segment) -> Bool { layers[segment.layers].contains { $0.joinsGradients } }

    /// The segment as the way back takes it, in that order: a layer that joins its gradients is a segment of its own.
    func backwardRuns(_ segment: Segment) -> some Sequence<Segment> {
        sequence(state: segment.layers.upperBound) { [layers] end -> Segment? in
            guard end > segment.layers.lowerBound else { return nil }
            var first = end - 1
            if layers[first].joinsGradients {
                defer { end = first }
                return Segment(layers: first..<end, carriesPanels: false)
            }
            while first > segment.layers.lowerBound, !layers[first - 1].joinsGradients { first -= 1 }
            defer { end = first }
            return Segment(
                layers: first..<end, carriesPanels: segment.carriesPanels, keepsSequences: segment.keepsSequences)
        }
    }

    /// Runs `body` for ranges of panels that cover the batch.
    func overPanels(
        _ segment: Segment, _ pass: Pass, of name: StaticString, _ body: @Sendable (Range<Int>) -> Void
    ) {
        let panels = pass.panels.count
        let unit = unit(segment, pass)
        let groups = (panels + unit - 1) / unit
        let serial = work(of: segment.layers, pass) < Network.serialWork
        (serial ? Workers(threads: 1) : workers).run(
            tasks: groups,
            of: "\(name) \(layers[segment.layers.lowerBound].name) ... \(layers[segment.layers.upperBound - 1].name)"
        ) {
            body(Part($0, of: groups).range(of: panels, unit: unit))
        }
    }

    /// Runs `body` for parts of the work of one layer: groups of panels, each of them cut by channels where the layer allows it, and
    /// where panels alone are too few.
    /// - Parameter most: Where a task needs all panels at once: the most parts of the channels.
    func overParts(
        _ layer: Int, _ pass: Pass, of name: StaticString, mostOfAllPanels most: Int? = nil,
        _ body: @Sendable (Range<Int>, Part) -> Void
    ) {
        let panels = pass.panels.count
        var (unit, parts) = (panels, 1)
        if workers.parts > 1 && work(of: layer..<layer + 1, pass) >= Network.serialWork {
            let split = splits[layer]
            if split == .channels || most != nil {
                parts = min(Network.tasksPerThread * workers.parts, most ?? .max)
            } else {
                unit = split == .sequences ? pass.panelsPerSequence : self.unit(layer, split)
                let groups = (panels + unit - 1) / unit
                if split.cutsChannels { parts = (tasks(layer) + groups - 1) / groups }
            }
        }
        let (groups, step) = ((panels + unit - 1) / unit, unit)
        workers.run(tasks: groups * parts, of: "\(name) \(layers[layer].name)") { [parts] task in
            // Tasks that read the same weights are neighbours.
            let (part, group) = task.quotientAndRemainder(dividingBy: groups)
            body(Part(group, of: groups).range(of: panels, unit: step), Part(part, of: parts))
        }
    }

    /// Tasks for each thread, so that those which are through early take more of them.
    private static let tasksPerThread = 4

    /// Tasks of a layer whose panels do not depend on each other. A task of a map reads all its input channels, which lie in no cache:
    /// fewer of them read less.
    private func tasks(_ layer: Int) -> Int {
        (isMap(layer) ? Network.tasksPerThread / 2 : Network.tasksPerThread) * workers.parts
    }

    /// Panels that a task of one layer takes at once: one of maps, which are large; else two, with which products are fastest, until
    /// there are more threads than two and the channels give work to.
    private func unit(_ layer: Int, _ split: LayerSplit) -> Int {
        split != .panels || isMap(layer) || workers.parts > Network.threadsForPairs ? 1 : Network.panelGroup
    }

    private static let threadsForPairs = 32

    private func isMap(_ layer: Int) -> Bool { layers[layer].output.rows * layers[layer].output.columns > 1 }

    /// The last layers of a segment whose layers are cut one by one, each of them too small to be: a region carries panels through all
    /// of them, to the loss and back.
    func tail(_ segment: Segment, _ pass: Pass) -> Range<Int> {
        var first = segment.layers.upperBound
        guard segment.carriesPanels, !segment.keepsSequences, workers.parts > 1 else { return first..<first }
        while first > segment.layers.lowerBound, !layers[first - 1].joinsGradients,
            work(of: first - 1..<first, pass) < Network.serialWork
        {
            first -= 1
        }
        return first..<segment.layers.upperBound
    }

    /// Runs `body` for each panel. The regions before and behind it have work for all threads, so that helpers are awake.
    func overTail(_ pass: Pass, _ body: @Sendable (Range<Int>) -> Void) {
        workers.run(tasks: pass.panels.count, of: "the last layers, forward and backward") { body($0..<$0 + 1) }
    }

    /// Operations of a pass in one direction, roughly. Elements wait for memory: each takes as long as some tens of operations of a product.
    private func work(of range: Range<Int>, _ pass: Pass) -> Int {
        var perPanel = 0
        for index in range {
            let hasMatrix = layers[index].parameters.contains { $0.matrix != nil }
            perPanel += (hasMatrix ? 4 : 40) * layers[index].output.panelSize
            for parameter in layers[index].parameters {
                if let matrix = parameter.matrix {
                    let uses = matrix.convolution.map { $0.outputRows * $0.outputColumns } ?? 1
                    perPanel += 2 * Panels.lanes * matrix.storedWeights * uses
                }
            }
        }
        return perPanel * pass.panels.count
    }
}
