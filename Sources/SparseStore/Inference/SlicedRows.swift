internal import SparseKernels

/// A matrix laid out for products with one vector (a single sample): rows of about the same length in slices of 16, the i-th
/// weights of a slice's rows side by side (sliced ELLPACK: Monakov, Lokhmotov, Avetisyan, "Automatically tuning sparse
/// matrix-vector multiplication for GPU architectures", HiPEAC 2010). Blocks and groups are kept as single weights here. Values
/// do not follow those of the matrix that it was made of.
///
/// Nothing in it changes after it was made: products may run at once.
package final class SlicedRows: Sendable {
    package let rows: Int
    package let columns: Int
    private let starts: AlignedBuffer<UInt32>
    private let values: AlignedBuffer<Float>
    /// One of the two is empty: columns take 16 bits where that is enough.
    private let narrow: AlignedBuffer<UInt16>
    private let wide: AlignedBuffer<UInt32>
    private let places: AlignedBuffer<UInt32>

    private static let height = Int(ST_SLICE)

    /// - Throws: `StoreError.tooLarge` when its entries cannot be counted in 32 bits.
    package init(_ matrix: any MatrixView) throws(StoreError) {
        (rows, columns) = (matrix.rows, matrix.columns)
        let height = SlicedRows.height
        var lengths = [Int](repeating: 0, count: rows)
        matrix.forEachStoredUnit { rows, columns in for row in rows { lengths[row] += columns.count } }
        // Longest first, so that the rows of a slice are about as long; of equal ones in their order.
        let order = lengths.indices.sorted { (-lengths[$0], $0) < (-lengths[$1], $1) }
        let slices = (rows + height - 1) / height
        var entries = 0
        starts = AlignedBuffer(count: slices + 1)
        places = AlignedBuffer(count: slices * height)
        places.fill(UInt32(rows))
        var lanes = [Int](repeating: 0, count: rows)
        for slice in 0..<slices {
            starts[slice] = UInt32(entries)
            for lane in 0..<height where slice * height + lane < rows {
                let row = order[slice * height + lane]
                places[slice * height + lane] = UInt32(row)
                lanes[row] = slice * height + lane
            }
            entries += lengths[order[slice * height]]
            guard entries <= Int(UInt32.max) else { throw .tooLarge(rows: rows, columns: columns) }
        }
        starts[slices] = UInt32(entries)
        let isNarrow = columns <= 1 << 16
        values = AlignedBuffer(count: entries * height)
        narrow = AlignedBuffer(count: isNarrow ? entries * height : 0)
        wide = AlignedBuffer(count: isNarrow ? 0 : entries * height)
        // Where the next weight of each row goes.
        var next = [Int](repeating: 0, count: rows)
        for row in 0..<rows { next[row] = Int(starts[lanes[row] / height]) * height + lanes[row] % height }
        matrix.forEachStoredWeight { row, column, value in
            let place = next[row]
            next[row] += height
            values[place] = value
            if isNarrow { narrow[place] = UInt16(column) } else { wide[place] = UInt32(column) }
        }
    }

    /// Bytes held.
    package var byteCount: Int {
        starts.byteCount + values.byteCount + narrow.byteCount + wide.byteCount + places.byteCount
    }

    /// Writes W x + bias, with `relu` not below 0, to the first `rows` elements of `output`; the one after them may be written,
    /// too. Allocates nothing. A row's sum runs through its weights in the order in which they are stored.
    /// - Parameters:
    ///   - input: At least `columns` numbers.
    ///   - bias: At least `rows` + 1 numbers.
    ///   - output: Room for at least `rows` + 1.
    package func multiply(
        _ input: AlignedBuffer<Float>, bias: AlignedBuffer<Float>?, relu: Bool, into output: AlignedBuffer<Float>
    ) {
        precondition(
            input.count >= columns && output.count > rows && bias.map { $0.count > rows } ?? true,
            "vectors of other lengths than the matrix")
        var slices = st_slices(
            count: starts.count - 1, starts: starts.pointer, values: values.pointer,
            columns: narrow.count > 0 || wide.count == 0 ? narrow.pointer : nil,
            wide_columns: wide.count > 0 ? wide.pointer : nil, rows: places.pointer)
        InstructionSet.kernels.inference.sliced(&slices, input.pointer, bias?.pointer, output.pointer, relu ? 1 : 0)
    }
}
