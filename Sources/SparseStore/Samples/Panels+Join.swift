extension Panels {
    /// Copies the first panels, borders included, to other panels of the same maps, multiplied.
    /// - Parameters:
    ///   - count: Panels to copy.
    ///   - target: Where they go; of the same shape and border.
    ///   - first: The first of the target's panels that is overwritten.
    ///   - factor: Multiplies every number.
    package func copyPanels(_ count: Int, to target: Panels, at first: Int, times factor: Float = 1) {
        precondition(
            channels == target.channels && rows == target.rows && columns == target.columns && halo == target.halo,
            "panels of another shape")
        precondition(
            count >= 0 && count <= panelCount && first >= 0 && first + count <= target.panelCount,
            "more panels than there are")
        // One by one: there may be gaps between panels of shared memory.
        for panel in 0..<count {
            let place = (first + panel) * target.panelStride
            (target.buffer.pointer + place).update(from: buffer.pointer + panel * panelStride, count: panelSize)
            if factor != 1 { VectorOperations.scale(target.buffer, by: factor, range: place..<place + panelSize) }
        }
    }
}
