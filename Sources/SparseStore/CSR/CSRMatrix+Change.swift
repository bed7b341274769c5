extension CSRMatrix {
    public func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount)
        for (state, values) in change.grownStates {
            guard states.indices.contains(state), values.count == change.grown.count else {
                throw .invalidChange(
                    "\(values.count) values of \(change.grown.count) grown positions for state \(state)")
            }
        }
        guard storedCount - change.dropped.count + change.grown.count <= Int(Int32.max) else {
            throw .tooLarge(rows: rows, columns: columns)
        }
        let merged = try ChangeMerge(self, change).merged(workers: workers)
        forwardSet = nil
        let old = storedCount
        let sources = AlignedBuffer<UInt32>(count: merged.count)
        layout = CSRLayout(merged, tiling: nil, sources: sources, workers: workers)
        moveArrays(sources, oldCount: old, change, workers)
    }

    /// Brings values and states into the new order. While the number of weights stays, no new array is needed: the
    /// gradient's content has served its purpose, so each array moves into the buffer that the one before it left.
    private func moveArrays(
        _ sources: AlignedBuffer<UInt32>, oldCount: Int, _ change: TopologyChange, _ workers: Workers
    ) {
        var free = sources.count == oldCount ? gradient : AlignedBuffer<Float>(count: sources.count)
        func move(_ source: AlignedBuffer<Float>, fresh: [Float]) -> AlignedBuffer<Float> {
            let target = free
            CSRMatrix.gather(source, sources, into: target, fresh: fresh, workers)
            free = sources.count == oldCount ? source : AlignedBuffer(count: sources.count)
            return target
        }
        values = move(values, fresh: change.grownValues)
        for i in states.indices { states[i] = move(states[i], fresh: change.grownStates[i] ?? []) }
        gradient = free
        gradient.fill(0)
    }

    /// target[i] = source[sources[i]], or beyond the source's end the fresh value (0 when there is none).
    private static func gather(
        _ source: AlignedBuffer<Float>, _ sources: AlignedBuffer<UInt32>, into target: AlignedBuffer<Float>,
        fresh: [Float], _ workers: Workers
    ) {
        let tasks = max(1, min(workers.threads, sources.count / 16384))
        workers.run(tasks: tasks) { task in
            let (from, places, to, known) = (source.pointer, sources.pointer, target.pointer, source.count)
            (fresh.isEmpty ? [0] : fresh).withUnsafeBufferPointer { starts in
                let hasStarts = fresh.isEmpty ? 0 : -1
                for i in Part(task, of: tasks).range(of: sources.count) {
                    let place = Int(places[i])
                    // Where grown weights lie is chance, which a branch would often foresee wrongly: masks choose.
                    let isOld = (place &- known) >> 63
                    let old = from[place & isOld].bitPattern
                    let start = starts[(place &- known) & ~isOld & hasStarts].bitPattern
                    let mask = UInt32(truncatingIfNeeded: isOld)
                    to[i] = Float(bitPattern: old & mask | start & ~mask)
                }
            }
        }
    }
}
