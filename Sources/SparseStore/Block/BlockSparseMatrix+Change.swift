extension BlockSparseMatrix {
    public func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount, area: shape.area, states: states.count)
        guard storedCount - change.dropped.count + change.grown.count <= Int(Int32.max) / shape.area else {
            throw .tooLarge(rows: rows, columns: columns)
        }
        let merged = try change.merge(into: storedPositions())
        let old = storedCount
        forwardSet = nil
        layout = BlockLayout(shape, positions: merged.positions)
        values = moved(values, merged.sources, workers)
        for i in states.indices { states[i] = moved(states[i], merged.sources, workers) }
        gradient = AlignedBuffer(count: values.count)
        start(values, with: change.grownValues, merged.sources, oldCount: old)
        for (state, values) in change.grownStates {
            start(states[state], with: values, merged.sources, oldCount: old)
        }
    }

    /// The blocks of a parallel array in the new order; grown ones are 0.
    private func moved(_ array: AlignedBuffer<Float>, _ sources: [Int], _ workers: Workers) -> AlignedBuffer<Float> {
        let (area, target) = (shape.area, AlignedBuffer<Float>(count: sources.count * shape.area))
        let tasks = max(1, min(workers.threads, target.count / 16384))
        workers.run(tasks: tasks) { task in
            for place in Part(task, of: tasks).range(of: sources.count) {
                let from = sources[place] * area
                if from < array.count {
                    (target.pointer + place * area).update(from: array.pointer + from, count: area)
                }
            }
        }
        return target
    }

    /// Gives the grown blocks what they start with, if anything; what is given for padding is not taken.
    private func start(_ array: AlignedBuffer<Float>, with fresh: [Float], _ sources: [Int], oldCount: Int) {
        if fresh.isEmpty { return }
        let area = shape.area
        let isPerWeight = fresh.count == sources.count { $0 >= oldCount } * area
        forEachRun { run in
            let source = sources[run.store.lowerBound / area] - oldCount
            if source < 0 { return }
            for i in run.store {
                array.pointer[i] = fresh[isPerWeight ? source * area + i % area : source]
            }
        }
    }
}
