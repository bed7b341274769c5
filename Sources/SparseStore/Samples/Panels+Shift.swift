/// A move of an image by whole pixels: pixel (row, column) takes what was at (row + down, column + right), 0 beyond the
/// image; with `mirrored`, columns are then reversed.
package struct PixelShift: Sendable, Equatable {
    /// Pixels.
    package var down: Int
    /// Columns, to the right, to the pixel whose value is taken; negative for the left.
    package var right: Int
    /// Whether columns are reversed after the move.
    package var mirrored: Bool

    /// A move, and whether the image is then mirrored; without arguments, none.
    package init(down: Int = 0, right: Int = 0, mirrored: Bool = false) {
        self.down = down
        self.right = right
        self.mirrored = mirrored
    }
}

extension Panels {
    /// Moves the images of the first `count` lanes of a panel, each by its own shift. Allocates nothing.
    package func shift(panel: Int, count: Int, by shift: (_ lane: Int) -> PixelShift) {
        precondition(
            panel >= 0 && panel < panelCount && count >= 0 && count <= Panels.lanes, "samples outside the panels")
        withUnsafeTemporaryAllocation(of: LaneShift.self, capacity: Panels.lanes) { shifts in
            withUnsafeTemporaryAllocation(of: Float.self, capacity: columns) { line in
                guard let line = line.baseAddress else { return }
                for lane in 0..<count { shifts[lane] = LaneShift(shift(lane), rows: rows, columns: columns) }
                for channel in 0..<channels {
                    let map = pointer(panel: panel, channel: channel)
                    // All lanes of a row before the next one: they share cache lines. In this order no row is overwritten
                    // before it has been read.
                    for row in 0..<rows {
                        for lane in 0..<count where shifts[lane].down >= 0 { move(row, shifts[lane], map + lane, line) }
                    }
                    for row in (0..<rows).reversed() {
                        for lane in 0..<count where shifts[lane].down < 0 { move(row, shifts[lane], map + lane, line) }
                    }
                }
            }
        }
    }

    /// Fills one row of one lane of a map, by way of `line`.
    private func move(
        _ row: Int, _ shift: LaneShift, _ map: UnsafeMutablePointer<Float>, _ line: UnsafeMutablePointer<Float>
    ) {
        let stride = (columns + 2 * halo) * Panels.lanes
        let inner = map + halo * (stride + Panels.lanes)
        let fromRow = row + shift.down
        let inside = fromRow >= 0 && fromRow < rows ? shift.first..<shift.last : 0..<0
        var source = inner + (inside.isEmpty ? 0 : fromRow * stride + shift.from * Panels.lanes)
        for x in inside {
            line[x] = source.pointee
            source += shift.step
        }
        let target = inner + row * stride
        for x in 0..<inside.lowerBound { target[x * Panels.lanes] = 0 }
        for x in inside { target[x * Panels.lanes] = line[x] }
        for x in inside.upperBound..<columns { target[x * Panels.lanes] = 0 }
    }
}

/// A shift as the loop over a row needs it.
private struct LaneShift: BitwiseCopyable {
    let down: Int
    /// Columns that take a pixel of the map, and where the first of them finds its own.
    let first: Int
    let last: Int
    let from: Int
    /// Floats from what a column takes to what the next one takes.
    let step: Int

    init(_ shift: PixelShift, rows: Int, columns: Int) {
        down = shift.down
        first = min(max(0, shift.mirrored ? shift.right : -shift.right), columns)
        last = max(first, min(columns, columns + (shift.mirrored ? shift.right : -shift.right)))
        from = (shift.mirrored ? columns - 1 - first : first) + shift.right
        step = shift.mirrored ? -Panels.lanes : Panels.lanes
    }
}
