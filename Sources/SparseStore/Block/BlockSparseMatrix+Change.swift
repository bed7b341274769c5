extension BlockSparseMatrix {
    public func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if change.isEmpty { return }
        try change.check(positionCount: positionCount, area: shape.area, roles: stored.roles)
        guard storedCount - change.dropped.count + change.grown.count <= Int(Int32.max) / shape.area else {
            throw .tooLarge(rows: rows, columns: columns)
        }
        let merged = try change.merge(into: storedPositions())
        forwardSet = nil
        layout = BlockLayout(shape, positions: merged.positions)
        stored.move(merged.sources, area: shape.area, change: change, workers: workers, clear: clearPadding)
    }

    /// What is given for padding is not taken.
    private func clearPadding(_ array: AlignedBuffer<Float>) {
        let edge = shape.gridColumns - 1
        for gridRow in 0..<shape.gridRows {
            let height = shape.height(ofGridRow: gridRow)
            for block in layout.blocksBefore(gridRow: gridRow)..<layout.blocksBefore(gridRow: gridRow + 1) {
                let column = Int(layout.columnIndices.pointer[block])
                if height == shape.side && column < edge { continue }
                let width = shape.width(ofGridColumn: column)
                for i in 0..<shape.area where i / shape.side >= height || i % shape.side >= width {
                    array.pointer[block * shape.area + i] = 0
                }
            }
        }
    }
}
