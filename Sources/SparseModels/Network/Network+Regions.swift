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
            && (pass.panels.count >= unit(segment, pass) * workers.threads
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
    func overPanels(_ segment: Segment, _ pass: Pass, _ body: @Sendable (Range<Int>) -> Void) {
        let panels = pass.panels.count
        let unit = unit(segment, pass)
        let groups = (panels + unit - 1) / unit
        let serial = work(of: segment.layers, pass) < Network.serialWork
        (serial ? Workers(threads: 1) : workers).run(tasks: groups) {
            body(Part($0, of: groups).range(of: panels, unit: unit))
        }
    }

    /// Runs `body` for parts of the work of one layer, `most` at most: all panels and a part of its channels where it can be
    /// cut so, else some of the panels and the whole of its channels.
    func overParts(_ layer: Int, _ pass: Pass, most: Int = .max, _ body: @Sendable (Range<Int>, Part) -> Void) {
        let serial = workers.threads == 1 || work(of: layer..<layer + 1, pass) < Network.serialWork
        let split = splits[layer]
        if split.cutsChannels {
            let tasks = serial ? 1 : min(4 * workers.threads, most)
            workers.run(tasks: tasks) { body(pass.panels, Part($0, of: tasks)) }
            return
        }
        let unit = split == .sequences ? pass.panelsPerSequence : 1
        let tasks = serial ? 1 : (pass.panels.count + unit - 1) / unit
        workers.run(tasks: tasks) { body(Part($0, of: tasks).range(of: pass.panels.count, unit: unit), .whole) }
    }

    /// Operations of a pass in one direction, roughly.
    private func work(of range: Range<Int>, _ pass: Pass) -> Int {
        var perPanel = 0
        for index in range {
            perPanel += 4 * layers[index].output.panelSize
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
