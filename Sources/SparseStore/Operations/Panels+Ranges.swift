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
