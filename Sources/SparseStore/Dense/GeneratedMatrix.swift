internal import SparseKernels

/// A dense matrix in no memory (format "generated"): every product makes the weights that it needs anew, some rows or columns at a time, from
/// the numbers that the layer begins with. Pruning at initialisation carries a batch through it; it cannot be trained.
package final class GeneratedMatrix: SparseMatrix {
    package let rows: Int
    package let columns: Int
    package let stored = StoredValues(AlignedBuffer(count: 0))
    private let field: NormalField
    private let isAbsolute: Bool
    /// Rows, or columns, made at once.
    private static let tile = 64

    /// The weights of `field`, or their absolute values.
    /// - Throws: `StoreError` when there is no matrix of such a shape.
    package init(rows: Int, columns: Int, field: NormalField, absolute: Bool = false) throws(StoreError) {
        _ = try PlainCSR.positionCount(rows: rows, columns: columns)
        (self.rows, self.columns, self.field, isAbsolute) = (rows, columns, field, absolute)
    }

    package var format: String { "generated" }
    package var unitRows: Int { 1 }
    package var unitColumns: Int { 1 }
    package var positionCount: Int { rows * columns }
    package var storedCount: Int { 0 }
    package var storedWeights: Int { 0 }
    package var byteCount: Int { stored.byteCount }
    package func storedPositions() -> [Int] { [] }
    package func storedScores(of array: ParallelArray) -> [Float] { [] }

    /// - Throws: `StoreError.invalidChange` unless the change is empty.
    package func apply(_ change: TopologyChange, workers: Workers) throws(StoreError) {
        if !change.isEmpty { throw .invalidChange("a generated matrix stores no weight") }
    }

    package func forward(
        _ input: Panels, into output: Panels, bias: AlignedBuffer<Float>?, relu: Bool, panels: Range<Int>, part: Part
    ) {
        checkProduct(input, output, panels)
        precondition(bias == nil || bias?.count == rows, "a bias has one value per output")
        let mine = part.range(of: rows, unit: DenseMatrix.partUnit)
        let weights = AlignedBuffer<Float>(count: min(Self.tile, mine.count) * columns)
        for first in stride(from: mine.lowerBound, to: mine.upperBound, by: Self.tile) {
            let tile = first..<min(first + Self.tile, mine.upperBound)
            fill(weights, rows: tile, columns: 0..<columns)
            InstructionSet.kernels.dense.forward(
                weights.pointer, columns, 0, tile.count, bias.map { UnsafePointer($0.pointer + first) },
                input.pointer(panel: panels.lowerBound, channel: 0), input.panelStride,
                output.pointer(panel: panels.lowerBound, channel: 0) + first * Panels.lanes, output.panelStride,
                panels.count, relu ? 1 : 0
            )
        }
    }

    package func inputGradient(
        _ outputGradient: Panels, into inputGradient: Panels, panels: Range<Int>, part: Part
    ) {
        checkProduct(inputGradient, outputGradient, panels)
        let mine = part.range(of: columns, unit: DenseMatrix.partUnit)
        let weights = AlignedBuffer<Float>(count: rows * min(Self.tile, mine.count))
        for first in stride(from: mine.lowerBound, to: mine.upperBound, by: Self.tile) {
            let tile = first..<min(first + Self.tile, mine.upperBound)
            fill(weights, rows: 0..<rows, columns: tile)
            InstructionSet.kernels.dense.input_gradient(
                weights.pointer, rows, tile.count, 0, tile.count,
                outputGradient.pointer(panel: panels.lowerBound, channel: 0), outputGradient.panelStride,
                // A column is a pixel of a map, where the input has maps.
                inputGradient.pointer(panel: panels.lowerBound, channel: 0) + first * Panels.lanes,
                inputGradient.panelStride,
                panels.count)
        }
    }

    /// Nothing: there are no stored weights to have a gradient. That of all positions is streamed from the batch.
    package func weightGradient(input: Panels, outputGradient: Panels, panels: Range<Int>, part: Part) {}
    package func storeRange(of part: Part) -> Range<Int> { 0..<0 }

    /// Makes the weights of a tile, row by row.
    private func fill(_ weights: AlignedBuffer<Float>, rows: Range<Int>, columns tile: Range<Int>) {
        precondition(weights.count >= rows.count * tile.count, "room for the tile")
        var place = 0
        for row in rows {
            for column in tile {
                let weight = field.value(at: row * columns + column)
                weights.pointer[place] = isAbsolute ? weight.magnitude : weight
                place += 1
            }
        }
    }
}
