extension CSRMatrix {
    public func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount, states: states.count)
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
        let grown = CSRMatrix.grownPlaces(sources, oldCount: oldCount, count: change.grown.count)
        var free = sources.count == oldCount ? gradient : AlignedBuffer<Float>(count: sources.count)
        func move(_ source: AlignedBuffer<Float>, fresh: [Float]) -> AlignedBuffer<Float> {
            let target = free
            CSRMatrix.gather(source, sources, into: target, workers)
            let (to, from) = (target.pointer, sources.pointer)
            for place in grown { to[Int(place)] = fresh.isEmpty ? 0 : fresh[Int(from[Int(place)]) - oldCount] }
            free = sources.count == oldCount ? source : AlignedBuffer(count: sources.count)
            return target
        }
        values = move(values, fresh: change.grownValues)
        for i in states.indices { states[i] = move(states[i], fresh: change.grownStates[i] ?? []) }
        gradient = free
        gradient.fill(0)
    }

    /// Indices in store order of the weights whose source lies behind the old ones.
    private static func grownPlaces(_ sources: AlignedBuffer<UInt32>, oldCount: Int, count: Int) -> [UInt32] {
        // Where they lie is chance: each index is written, and overwritten by the next unless it counts.
        [UInt32](unsafeUninitializedCapacity: count + 1) { places, n in
            let (from, known) = (sources.pointer, UInt32(oldCount))
            var found = 0
            for i in 0..<UInt32(sources.count) where found < count {
                places[found] = i
                found &+= from[Int(i)] >= known ? 1 : 0
            }
            n = found
        }
    }

    /// target[i] = source[sources[i]], where that is within the source.
    private static func gather(
        _ source: AlignedBuffer<Float>, _ sources: AlignedBuffer<UInt32>, into target: AlignedBuffer<Float>,
        _ workers: Workers
    ) {
        if source.count == 0 { return }
        let tasks = max(1, min(workers.threads, sources.count / 16384))
        workers.run(tasks: tasks) { task in
            let (from, places, to, last) = (source.pointer, sources.pointer, target.pointer, source.count - 1)
            for i in Part(task, of: tasks).range(of: sources.count) { to[i] = from[min(Int(places[i]), last)] }
        }
    }
}
