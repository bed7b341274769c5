extension Panels {
    /// Moves one sample's maps by whole pixels: pixel (row, column) takes what was at (row + down, column + right), 0 beyond
    /// the map; with `mirrored`, columns are then reversed. Allocates nothing.
    public func shift(panel: Int, lane: Int, down: Int, right: Int, mirrored: Bool) {
        precondition(
            panel >= 0 && panel < panelCount && lane >= 0 && lane < Panels.lanes, "a sample outside the panels")
        if down == 0 && right == 0 && !mirrored { return }
        let row = (columns + 2 * halo) * Panels.lanes
        withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * columns) { copy in
            for channel in 0..<channels {
                let map = pointer(panel: panel, channel: channel) + halo * (row + Panels.lanes) + lane
                for y in 0..<rows {
                    for x in 0..<columns { copy[y * columns + x] = map[y * row + x * Panels.lanes] }
                }
                for y in 0..<rows {
                    let fromRow = y + down
                    for x in 0..<columns {
                        let fromColumn = (mirrored ? columns - 1 - x : x) + right
                        let inside = fromRow >= 0 && fromRow < rows && fromColumn >= 0 && fromColumn < columns
                        map[y * row + x * Panels.lanes] = inside ? copy[fromRow * columns + fromColumn] : 0
                    }
                }
            }
        }
    }
}
