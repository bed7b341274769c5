internal import SparseKernels

extension Panels {
    /// The channels' maps from the first of `panels` on, for kernels; ranges have been checked. `joined`: rows follow each
    /// other without a gap, and stand for one.
    func maps(panels: Range<Int>, channels: Range<Int>, joined: Bool) -> st_maps {
        let row = (columns + 2 * halo) * Panels.lanes
        return st_maps(
            first: pointer(panel: panels.lowerBound, channel: channels.lowerBound) + halo * (row + Panels.lanes),
            panel: panelStride, channel: mapStride, row: joined ? mapStride : row)
    }

    /// What the maps have in common with others of the same shape.
    func batch(panels: Range<Int>, channels: Range<Int>, samples: Int, joined: Bool) -> st_batch {
        st_batch(
            panels: panels.count, channels: channels.count, rows: joined ? 1 : rows,
            run: (joined ? rows * columns : columns) * Panels.lanes,
            last_lanes: samples - (Panels.count(samples) - 1) * Panels.lanes)
    }

    /// Traps unless `other` has maps of the same shape, whatever its border, and at least as many panels.
    func checkSameShape(as other: Panels) {
        precondition(
            channels == other.channels && rows == other.rows && columns == other.columns
                && panelCount == other.panelCount, "activations of different shapes")
    }
}

extension Panels {
    /// Traps unless the ranges lie inside: the one check before a loop of kernel calls.
    func check(panels: Range<Int>, channels: Range<Int>) {
        precondition(panels.lowerBound >= 0 && panels.upperBound <= panelCount, "panels outside the batch")
        precondition(channels.lowerBound >= 0 && channels.upperBound <= self.channels, "channels outside the batch")
    }

    /// Traps unless `other` has the same layout and can hold at least as many panels as `panels` asks for.
    func checkSameLayout(as other: Panels) {
        precondition(
            channels == other.channels && rows == other.rows && columns == other.columns && halo == other.halo
                && panelCount == other.panelCount, "activations of different shapes")
    }

    /// First float of a channel's map in a panel that `check` has admitted.
    func pointer(panel: Int, channel: Int) -> UnsafeMutablePointer<Float> {
        buffer.pointer + panel * panelStride + channel * mapStride
    }
}
