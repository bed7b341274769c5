extension BlockSparseMatrix {
    /// A value in `grownValues` fills all true weights of its block.
    public func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount)
        guard storedCount - change.dropped.count + change.grown.count <= Int(Int32.max) / shape.area else {
            throw .tooLarge(rows: rows, columns: columns)
        }
        let merged = try merge(change)
        let old = storedCount
        layout = BlockLayout(shape, positions: merged.positions)
        values = moved(values, merged.sources, workers)
        for i in states.indices { states[i] = moved(states[i], merged.sources, workers) }
        gradient = AlignedBuffer(count: values.count)
        if !change.grownValues.isEmpty { fill(merged.sources, oldCount: old, change.grownValues) }
    }

    /// Old blocks less the dropped, and the grown among them, ascending. The source of a survivor is its old place, that of
    /// a grown block the old count plus its index.
    private func merge(_ change: TopologyChange) throws(StoreError) -> (positions: [Int], sources: [Int]) {
        let old = storedPositions()
        var positions: [Int] = []
        var sources: [Int] = []
        positions.reserveCapacity(max(0, old.count + change.grown.count - change.dropped.count))
        sources.reserveCapacity(positions.capacity)
        var (dropped, grown) = (0, 0)
        func grow(below limit: Int) {
            while grown < change.grown.count, change.grown[grown] < limit {
                positions.append(change.grown[grown])
                sources.append(old.count + grown)
                grown += 1
            }
        }
        for (place, position) in old.enumerated() {
            grow(below: position)
            if dropped < change.dropped.count, change.dropped[dropped] == position {
                dropped += 1
                continue
            }
            if grown < change.grown.count, change.grown[grown] == position {
                throw .invalidChange("position \(position) is to be grown but is stored already")
            }
            positions.append(position)
            sources.append(place)
        }
        grow(below: Int.max)
        guard dropped == change.dropped.count else {
            throw .invalidChange("position \(change.dropped[dropped]) is to be dropped but is not stored")
        }
        return (positions, sources)
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

    /// Starting values of the grown blocks.
    private func fill(_ sources: [Int], oldCount: Int, _ grownValues: [Float]) {
        forEachRun { run in
            let source = sources[run.store.lowerBound / shape.area]
            if source < oldCount { return }
            for i in run.store { values.pointer[i] = grownValues[source - oldCount] }
        }
    }
}
