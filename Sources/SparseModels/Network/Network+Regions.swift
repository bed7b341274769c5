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
    /// one by one into parts of their channels.
    func carriesPanels(_ segment: Segment, _ pass: Pass) -> Bool {
        segment.split == .panels
            && (pass.panels.count >= Network.panelGroup * workers.threads
                || work(of: segment.layers, pass) < Network.serialWork)
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
                return Segment(layers: first..<end, split: .channels)
            }
            while first > segment.layers.lowerBound, !layers[first - 1].joinsGradients { first -= 1 }
            defer { end = first }
            return Segment(layers: first..<end, split: segment.split)
        }
    }

    /// Runs `body` for ranges of panels that cover the batch.
    func overPanels(_ segment: Segment, _ pass: Pass, _ body: @Sendable (Range<Int>) -> Void) {
        let panels = pass.panels.count
        let groups = (panels + Network.panelGroup - 1) / Network.panelGroup
        let serial = work(of: segment.layers, pass) < Network.serialWork
        (serial ? Workers(threads: 1) : workers).run(tasks: groups) {
            body(Part($0, of: groups).range(of: panels, unit: Network.panelGroup))
        }
    }

    /// Runs `body` for parts that cover the channels of one layer, `most` at most.
    func overParts(_ layer: Int, _ pass: Pass, most: Int = .max, _ body: @Sendable (Part) -> Void) {
        let serial = workers.threads == 1 || work(of: layer..<layer + 1, pass) < Network.serialWork
        let tasks = serial ? 1 : min(4 * workers.threads, most)
        workers.run(tasks: tasks) { body(Part($0, of: tasks)) }
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
