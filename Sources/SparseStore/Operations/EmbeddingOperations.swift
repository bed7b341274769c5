internal import SparseKernels

/// Rows of a table brought into the lanes of panels, and their gradients back into the table.
package enum EmbeddingOperations {
    /// y[c] of a lane = table[id of the lane][c], and what `addend` has there. Nothing of the table is taken where the id is negative.
    /// y may be the addend.
    /// - Parameters:
    ///   - table: Rows of as many numbers as y has channels.
    ///   - ids: Numbers of rows, one for each lane of each panel.
    ///   - offset: Place of the id of the first lane of panel 0 of `panels`.
    package static func gather(
        _ table: AlignedBuffer<Float>, ids: AlignedBuffer<Int32>, from offset: Int, addingTo addend: Panels? = nil,
        into y: Panels, panels: Range<Int>
    ) {
        check(y, ids, from: offset, panels, table)
        if let addend { y.checkSameLayout(as: addend) }
        let gather = InstructionSet.kernels.embedding.gather
        for panel in panels {
            gather(
                table.pointer, y.channels, ids.pointer + offset + (panel - panels.lowerBound) * Panels.lanes,
                addend?.pointer(panel: panel, channel: 0), y.pointer(panel: panel, channel: 0))
        }
    }

    /// gradient[id of a lane][c] += outputGradient[c] of the lane, for rows of a range, in the order of the lanes.
    package static func scatterAdd(
        _ outputGradient: Panels, ids: AlignedBuffer<Int32>, from offset: Int, rows: Range<Int>,
        to gradient: AlignedBuffer<Float>, panels: Range<Int>
    ) {
        check(outputGradient, ids, from: offset, panels, gradient)
        precondition(rows.lowerBound >= 0 && rows.upperBound * outputGradient.channels <= gradient.count)
        let scatter = InstructionSet.kernels.embedding.scatter_add
        for panel in panels {
            scatter(
                outputGradient.pointer(panel: panel, channel: 0), outputGradient.channels,
                ids.pointer + offset + (panel - panels.lowerBound) * Panels.lanes, rows.lowerBound, rows.upperBound,
                gradient.pointer)
        }
    }

    /// Every id is looked at: a wrong one would be an address.
    private static func check(
        _ y: Panels, _ ids: AlignedBuffer<Int32>, from offset: Int, _ panels: Range<Int>, _ table: AlignedBuffer<Float>
    ) {
        y.check(panels: panels, channels: 0..<y.channels)
        precondition(y.mapStride == Panels.lanes, "a row is a vector")
        let end = offset + panels.count * Panels.lanes
        precondition(offset >= 0 && end <= ids.count, "an id for each lane")
        let rows = Int32(clamping: table.count / y.channels)
        var largest = Int32.min
        for place in offset..<end { largest = max(largest, ids.pointer[place]) }
        precondition(largest < rows, "an id past the table")
    }
}
