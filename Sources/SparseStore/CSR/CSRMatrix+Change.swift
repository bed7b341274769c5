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
        let merged = try merge(change)
        let old = storedCount
        let sources = AlignedBuffer<UInt32>(count: merged.count)
        layout = CSRLayout(merged, tiling: nil, sources: sources, workers: workers)
        moveArrays(sources, oldCount: old, change, workers)
    }

    /// Old weights less the dropped, and the grown among them, in row-major order. The source of a survivor is its old
    /// place in store order, that of a grown weight the old count plus its index.
    private func merge(_ change: TopologyChange) throws(StoreError) -> PlainCSR {
        let count = storedCount - change.dropped.count + change.grown.count
        var starts = [Int](repeating: 0, count: rows + 1)
        var columnIndices: [UInt32] = []
        var sources: [UInt32] = []
        columnIndices.reserveCapacity(max(count, 0))
        sources.reserveCapacity(max(count, 0))
        var (d, g, row) = (0, 0, 0)
        let oldCount = UInt32(storedCount)
        let (dropped, grown) = (change.dropped, change.grown)
        var occupied: Int? = nil

        // Next positions at which something happens, as flat indices; past the end when nothing is left.
        var nextDrop = dropped.first ?? Int.max
        var nextGrow = grown.first ?? Int.max
        func endRows(before position: Int) {
            let target = position / columns
            while row < target {
                row += 1
                starts[row] = columnIndices.count
            }
        }
        func grow(below limit: Int) {
            while nextGrow < limit {
                endRows(before: nextGrow)
                columnIndices.append(UInt32(nextGrow - row * columns))
                sources.append(oldCount + UInt32(g))
                g += 1
                nextGrow = g < grown.count ? grown[g] : Int.max
            }
        }
        forEachSegment { segment in
            let base = segment.row * columns + segment.firstColumn
            for i in segment.store {
                let position = base + Int(layout.columnIndices.pointer[i])
                if nextGrow < position { grow(below: position) }
                if position == nextDrop {
                    d += 1
                    nextDrop = d < dropped.count ? dropped[d] : Int.max
                    continue
                }
                if position == nextGrow, occupied == nil { occupied = position }
                if row < segment.row { endRows(before: position) }
                columnIndices.append(UInt32(position - segment.row * columns))
                sources.append(UInt32(i))
            }
        }
        grow(below: Int.max)
        endRows(before: positionCount)
        if let occupied { throw .invalidChange("position \(occupied) is to be grown but is stored already") }
        guard d == dropped.count else {
            throw .invalidChange("position \(dropped[d]) is to be dropped but is not stored")
        }
        return PlainCSR(rows: rows, columns: columns, starts: starts, columnIndices: columnIndices, sources: sources)
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
            for i in Part(task, of: tasks).range(of: sources.count) {
                let from = Int(sources.pointer[i])
                if from < source.count {
                    target.pointer[i] = source.pointer[from]
                } else {
                    target.pointer[i] = fresh.isEmpty ? 0 : fresh[from - source.count]
                }
            }
        }
    }
}
