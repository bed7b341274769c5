internal import SparseModels
internal import SparseStore

/// The weights of a matrix that are stored: flat positions, ascending, in the order in which PyTorch has the columns, and the
/// value at each.
struct StoredPositions: Equatable {
    var positions: [Int] = []
    var values: [Float] = []
}

/// Reads the weights of a file. A weight that the file has with all its zeros is read some rows at a time, of which what is
/// stored is kept.
struct WeightReader {
    let file: any WeightArrays
    /// For messages.
    let path: String
    /// Elements read at a time.
    static let piece = 1 << 16

    /// The weights of a matrix that are stored in the file.
    /// - Parameter isElementFirst: Blocks of a convolution, whose columns checkpoints have kernel element by kernel element.
    func stored(
        _ weight: FileWeight, rows: Int, columns: Int, elementFirst geometry: ConvolutionGeometry? = nil
    ) throws(ImportError) -> StoredPositions {
        switch weight.layout {
        case .dense(let mask): try masked(weight, mask, count: rows * columns)
        case .rows(let starts, let indices, 1):
            try compressed(weight, starts, indices, rows, columns) { $0 * columns + $1 }
        case .columns(let starts, let indices):
            sorted(try compressed(weight, starts, indices, columns, rows) { $1 * columns + $0 })
        case .rows(let starts, let indices, let side):
            try blocks(weight, starts, indices, side: side, rows, columns, geometry)
        }
    }

    /// All elements of a vector, or of a matrix that stores all of them; 0 where the file has none.
    func all(_ weight: FileWeight, rows: Int, columns: Int, elementFirst: ConvolutionGeometry? = nil)
        throws(ImportError) -> [Float]
    {
        if weight.layout == .dense(mask: nil) { return try finite(weight, 0..<rows * columns) }
        let stored = try stored(weight, rows: rows, columns: columns, elementFirst: elementFirst)
        var values = [Float](repeating: 0, count: rows * columns)
        for (position, value) in zip(stored.positions, stored.values) { values[position] = value }
        return values
    }

    private func masked(_ weight: FileWeight, _ mask: String?, count: Int) throws(ImportError) -> StoredPositions {
        var stored = StoredPositions()
        var begin = 0
        while begin < count {
            let range = begin..<min(count, begin + Self.piece)
            let values = try file.floats(weight.values, range)
            let marks = try mask.map { mask throws(ImportError) in try file.floats(mask, range) }
            for (index, value) in values.enumerated() {
                if let mark = marks?[index] {
                    guard mark == 0 || mark == 1 else {
                        throw fault("\(mask ?? "") has the element \(mark) at \(begin + index), where 0 or 1 belongs")
                    }
                    if mark == 0 { continue }
                } else if value == 0 {
                    continue
                }
                guard value.isFinite else { throw notFinite(weight, begin + index) }
                stored.positions.append(begin + index)
                stored.values.append(value)
            }
            begin = range.upperBound
        }
        return stored
    }

    /// - Parameter position: Of the line and the index in it.
    private func compressed(
        _ weight: FileWeight, _ starts: String, _ indices: String, _ lines: Int, _ width: Int,
        _ position: (Int, Int) -> Int
    ) throws(ImportError) -> StoredPositions {
        var stored = StoredPositions()
        try forEachUnit(weight, starts, indices, lines, width) { stored.positions.append(position($0, $1)) }
        stored.values = try finite(weight, 0..<stored.positions.count)
        return stored
    }

    private func forEachUnit(
        _ weight: FileWeight, _ starts: String, _ indices: String, _ lines: Int, _ width: Int,
        _ body: (_ line: Int, _ index: Int) -> Void
    ) throws(ImportError) {
        let count = file.arrays.first { $0.name == indices }?.count ?? 0
        guard file.arrays.first(where: { $0.name == starts })?.count == lines + 1 else {
            throw fault("\(starts) does not have the \(lines + 1) numbers of a matrix of \(lines) lines")
        }
        let bounds = try file.integers(starts, 0..<lines + 1)
        guard bounds[0] == 0, bounds[lines] == count, zip(bounds, bounds.dropFirst()).allSatisfy({ $0 <= $1 }) else {
            throw fault("\(starts) does not divide \(count) indices into \(lines) lines")
        }
        var (line, previous, begin) = (0, -1, 0)
        while begin < count {
            let range = begin..<min(count, begin + Self.piece)
            for (place, index) in zip(range, try file.integers(indices, range)) {
                while place >= bounds[line + 1] { (line, previous) = (line + 1, -1) }
                guard index > previous, index < width else {
                    throw fault(
                        "\(indices): index \(index) is out of place in line \(line); expected ascending ones below \(width) "
                            + "(SciPy: sum_duplicates and sort_indices)")
                }
                previous = index
                body(line, index)
            }
            begin = range.upperBound
        }
    }

    /// Blocks row by row, each side x side, those at the edge padded; positions and values of the true weights.
    private func blocks(
        _ weight: FileWeight, _ starts: String, _ indices: String, side: Int, _ rows: Int, _ columns: Int,
        _ geometry: ConvolutionGeometry?
    ) throws(ImportError) -> StoredPositions {
        let (height, width) = ((rows + side - 1) / side, (columns + side - 1) / side)
        var units: [(row: Int, column: Int)] = []
        try forEachUnit(weight, starts, indices, height, width) { units.append(($0, $1)) }
        var stored = StoredPositions()
        for (number, unit) in units.enumerated() {
            let values = try finite(weight, number * side * side..<(number + 1) * side * side)
            for (index, value) in values.enumerated() {
                let (row, column) = (unit.row * side + index / side, unit.column * side + index % side)
                guard row < rows, column < columns else { continue }
                stored.positions.append(row * columns + (geometry?.channelFirst(column) ?? column))
                stored.values.append(value)
            }
        }
        return sorted(stored)
    }

    private func sorted(_ stored: StoredPositions) -> StoredPositions {
        let order = stored.positions.indices.sorted { stored.positions[$0] < stored.positions[$1] }
        return StoredPositions(positions: order.map { stored.positions[$0] }, values: order.map { stored.values[$0] })
    }

    private func finite(_ weight: FileWeight, _ range: Range<Int>) throws(ImportError) -> [Float] {
        let values = try file.floats(weight.values, range)
        if let index = values.firstIndex(where: { !$0.isFinite }) { throw notFinite(weight, range.lowerBound + index) }
        return values
    }

    private func notFinite(_ weight: FileWeight, _ index: Int) -> ImportError {
        fault("\(weight.values) is not finite at element \(index), or too large for 32 bits")
    }

    private func fault(_ reason: String) -> ImportError { ImportError(path: path, reason: reason) }
}

/// The two orders of a convolution's columns.
extension ConvolutionGeometry {
    /// From (element, input channel) to (input channel, element).
    func channelFirst(_ column: Int) -> Int {
        column % inputChannels * (kernelRows * kernelColumns) + column / inputChannels
    }

    /// The way back.
    func elementFirst(_ column: Int) -> Int {
        column % (kernelRows * kernelColumns) * inputChannels + column / (kernelRows * kernelColumns)
    }
}
