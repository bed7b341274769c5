internal import SparseStore

/// Where the connections of a layer lie, small enough to be drawn.
struct LayerPicture: Sendable {
    /// So many cells a side are drawn at most.
    private static let mostCells = 48
    /// An image of the input is drawn pixel by pixel up to so many a side.
    private static let mostPixels = 64

    let name: String
    let rows: Int
    let columns: Int
    let stored: Int
    let unitRows: Int
    let unitColumns: Int
    /// Stored weights of each output, and of each input.
    let fanIn: [Int]
    let fanOut: [Int]
    private let grid: (rows: Int, columns: Int, shares: [Double])

    /// - Parameter matrix: Not one that stores everything by its nature.
    init(name: String, matrix: any SparseMatrix) {
        self.name = name
        (rows, columns) = (matrix.rows, matrix.columns)
        (unitRows, unitColumns) = (matrix.unitRows, matrix.unitColumns)
        stored = matrix.storedCount * unitRows * unitColumns
        var (fanIn, fanOut) = ([Int](repeating: 0, count: rows), [Int](repeating: 0, count: columns))
        // A unit lies in one cell.
        let (unitsDown, unitsAcross) = ((rows + unitRows - 1) / unitRows, (columns + unitColumns - 1) / unitColumns)
        let (down, across) = (min(unitsDown, Self.mostCells), min(unitsAcross, Self.mostCells))
        var counts = [Int](repeating: 0, count: down * across)
        let (unitRows, unitColumns) = (unitRows, unitColumns)
        func count(_ unitRowRange: Range<Int>, _ unitColumnRange: Range<Int>) {
            for row in unitRowRange { fanIn[row] += unitColumnRange.count }
            for column in unitColumnRange { fanOut[column] += unitRowRange.count }
            let row = unitRowRange.lowerBound / unitRows * down / unitsDown
            let column = unitColumnRange.lowerBound / unitColumns * across / unitsAcross
            counts[row * across + column] += 1
        }
        let isFull = matrix.storedCount == matrix.positionCount
        if !isFull {
            matrix.forEachStoredUnit(count)
        } else {
            // Everything is stored: no list of it is needed.
            (fanIn, fanOut) = (Array(repeating: columns, count: rows), Array(repeating: rows, count: columns))
        }
        (self.fanIn, self.fanOut) = (fanIn, fanOut)
        // Cell i holds the units u with u * cells / units == i.
        func held(_ cell: Int, _ cells: Int, _ units: Int) -> Int {
            ((cell + 1) * units + cells - 1) / cells - (cell * units + cells - 1) / cells
        }
        let shares = counts.indices.map { index in
            isFull
                ? 1
                : Double(counts[index])
                    / Double(held(index / across, down, unitsDown) * held(index % across, across, unitsAcross))
        }
        grid = (down, across, shares)
    }

    var density: Double { rows * columns > 0 ? Double(fanIn.reduce(0, +)) / Double(rows * columns) : 0 }

    /// The matrix from afar.
    var pattern: GridChart? {
        let isExact = grid.rows * unitRows >= rows && grid.columns * unitColumns >= columns
        let cell = unitRows > 1 ? "block of \(unitRows) x \(unitColumns)" : "weight"
        return GridChart(
            "pattern-" + name.slug, title: "\(name): where connections are",
            summary: "Outputs from top to bottom, inputs from left to right, \(NumberText.whole(stored)) of "
                + "\(NumberText.whole(rows * columns)) weights stored.",
            xLabel: grid.columns * unitColumns >= columns ? "inputs" : "inputs (\(columns) in \(grid.columns) columns)",
            yLabel: grid.rows * unitRows >= rows ? "outputs" : "outputs (\(rows) in \(grid.rows) rows)",
            label: isExact ? "1: the \(cell) is stored" : "share of a cell that is stored", rows: grid.rows,
            columns: grid.columns, values: grid.shares)
    }

    var fanInChart: HistogramChart? {
        HistogramChart(
            "fan-in-" + name.slug, title: "\(name): fan-in", label: "stored weights of an output", counted: "outputs",
            values: fanIn)
    }

    var fanOutChart: HistogramChart? {
        HistogramChart(
            "fan-out-" + name.slug, title: "\(name): fan-out", label: "stored weights of an input", counted: "inputs",
            values: fanOut)
    }

    /// Of a layer that reads the pixels of an image: how many weights read each of them, over all channels.
    func inputImage(channels: Int, rows: Int, columns: Int) -> GridChart? {
        guard rows > 1, columns > 1, rows <= Self.mostPixels, columns <= Self.mostPixels,
            fanOut.count == channels * rows * columns
        else { return nil }
        let pixels = rows * columns
        return GridChart(
            "input", title: "Connections of each input pixel",
            summary: "An image of \(rows) x \(columns) pixels; each is as dark as many weights of \(name) read it.",
            xLabel: "columns of the image", yLabel: "rows of the image", label: "stored weights that read the pixel",
            rows: rows, columns: columns,
            values: (0..<pixels).map { pixel in
                (0..<channels).reduce(0.0) { $0 + Double(fanOut[$1 * pixels + pixel]) }
            })
    }
}

extension String {
    /// Letters, digits and dashes, fit for a file name anywhere.
    var slug: String {
        let parts = lowercased().unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? String(scalar) : "-"
        }
        return parts.joined().split(separator: "-").joined(separator: "-")
    }
}
