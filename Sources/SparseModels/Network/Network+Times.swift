public import SparseStore

/// Where the time of a training step goes.
public struct StepTimes: Sendable {
    /// Seconds of each layer of `network.layers`: forward, backward and the gradients of its parameters.
    public internal(set) var layers: [Double]
    public internal(set) var loss = 0.0
    public internal(set) var optimizer = 0.0

    public var total: Double { layers.reduce(loss + optimizer, +) }
}

extension Network {
    /// One training step as `backward` and `update` do it on one thread, with the time of each layer.
    /// - Parameter clock: Seconds since some moment.
    /// - Precondition: one thread.
    public func timedStep(
        _ input: Panels, labels: AlignedBuffer<Int32>, samples: Int, loss: any Loss, step: Int,
        optimizer: any Optimizer, learningRate: Float, clock: () -> Double
    ) -> StepTimes {
        let found = Subnormals.flush()
        defer { Subnormals.restore(found) }
        precondition(workers.threads == 1, "layers take turns on one thread only")
        let chain = admit(input, samples: samples, training: true, step: step)
        let head = head(loss, labels, samples)
        lastBatch = chain
        var times = StepTimes(layers: layers.map { _ in 0 })
        func time(_ place: WritableKeyPath<StepTimes, Double>, _ body: () -> Void) {
            let begin = clock()
            body()
            times[keyPath: place] += clock() - begin
        }
        func forward(_ range: Range<Int>, _ panels: Range<Int>) {
            for layer in range { time(\.layers[layer]) { chain.forward(layer, panels: panels) } }
        }
        func backward(_ range: Range<Int>, _ panels: Range<Int>) {
            for layer in range.reversed() {
                time(\.layers[layer]) { chain.backward(layer..<layer + 1, panels: panels) }
            }
        }
        for segment in segments.dropLast() {
            for panels in groups(segment, chain.pass) { forward(segment.layers, panels) }
        }
        func backward(_ segment: Segment) {
            for run in backwardRuns(segment) {
                for panels in groups(run, chain.pass) { backward(run.layers, panels) }
            }
        }
        let last = segments[segments.count - 1]
        let isJoined = joinsGradients(last)
        for panels in groups(last, chain.pass) {
            forward(last.layers, panels)
            time(\.loss) { head.evaluate(panels: panels) }
            if !isJoined { backward(last.layers, panels) }
        }
        if isJoined { backward(last) }
        for segment in segments.dropLast().reversed() { backward(segment) }
        for parameter in parameters { parameter.reserveStates(optimizer.stateCount) }
        updatePlan.refresh(layers, parameters, threads: workers.threads)
        updateCount += 1
        for task in updatePlan.tasks {
            time(\.layers[task.layer]) { chain.parameterGradient(task, joined) }
            let parameter = parameters[task.parameter]
            let slot = OptimizerSlot(
                values: parameter.values, gradient: parameter.gradient, states: parameter.states)
            let step = OptimizerStep(count: updateCount, learningRate: learningRate)
            time(\.optimizer) { _ = optimizer.update(slot, range: parameter.range(of: task.part), step: step) }
        }
        return times
    }

    /// The panels that go through a segment together.
    private func groups(_ segment: Segment, _ pass: Pass) -> [Range<Int>] {
        if !carriesPanels(segment, pass) { return [pass.panels] }
        let count = (pass.panels.count + Network.panelGroup - 1) / Network.panelGroup
        return (0..<count).map { Part($0, of: count).range(of: pass.panels.count, unit: Network.panelGroup) }
    }
}
