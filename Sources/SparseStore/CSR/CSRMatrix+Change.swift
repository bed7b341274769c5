extension CSRMatrix {
    public func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount, roles: stored.roles)
        guard storedCount - change.dropped.count + change.grown.count <= Int(Int32.max) else {
            throw .tooLarge(rows: rows, columns: columns)
        }
        let merged = try ChangeMerge(self, change).merged(workers: workers)
        forwardSet = nil
        let sources = AlignedBuffer<UInt32>(count: merged.count)
        layout = CSRLayout(merged, tiling: nil, sources: sources, workers: workers)
        stored.move(sources, change: change, workers: workers)
    }
}
