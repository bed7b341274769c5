/// How a CSR matrix is cut into square tiles: one rule for every matrix, from shape and stored weights alone.
///
/// A tile should be so narrow that its slice of the input, for the two panels that the kernels walk together (256 bytes a
/// channel), stays in the first-level cache, and so wide that a row keeps enough weights in it to pay for reading and
/// writing its output: about twenty-four. Below a density of .1 the two aims part; the second wins until the slice fills half
/// of the second-level cache. docs/tuning.md has the measurements.
struct CSRTiling: Equatable {
    /// Height and width of a tile.
    let side: Int
    /// Tiles in a column of tiles, and in a row.
    let gridRows: Int
    let gridColumns: Int

    /// Groups that the rows of a tile, and its columns, are cut into, so that more threads can be fed than there are rows and columns
    /// of tiles; the lines of a group lie in order of their number of weights.
    var groups: Int { min(max(side / CSRTiling.narrowestGroup, 1), 4) }
    /// Lines of a group; the last may have fewer, or none.
    var groupWidth: Int { (side + groups - 1) / groups }

    /// Lines of a group in a tile of so many, which its runs are those of.
    func lines(ofGroup group: Int, of count: Int) -> Range<Int> { lines(ofGroups: group..<group + 1, of: count) }

    /// The same for neighbouring groups.
    func lines(ofGroups groups: Range<Int>, of count: Int) -> Range<Int> {
        min(groups.lowerBound * groupWidth, count)..<min(groups.upperBound * groupWidth, count)
    }

    /// Visits the rows (or columns) of tiles that have some of the groups, which are counted over all of them, with their own of these.
    func forEachLine(_ all: Range<Int>, _ body: (Int, Range<Int>) -> Void) {
        var next = all.lowerBound
        while next < all.upperBound {
            let (line, first) = next.quotientAndRemainder(dividingBy: groups)
            let end = min(groups, first + all.upperBound - next)
            body(line, first..<end)
            next += end - first
        }
    }

    /// Most weights a tile may hold: their places in it have 16 bits.
    static let capacity = 1 << 16
    static let narrowest = 128
    static let widest = 2048
    static let narrowestGroup = 32
    /// Weights that a tile should keep of a row.
    static let weightsPerRow = 24

    init(rows: Int, columns: Int, side: Int) {
        self.side = side
        gridRows = (rows + side - 1) / side
        gridColumns = (columns + side - 1) / side
    }

    /// The rule.
    init(rows: Int, columns: Int, stored: Int) {
        let density = Double(max(stored, 1)) / (Double(rows) * Double(columns))
        let wanted = Double(CSRTiling.weightsPerRow) / density
        let side = min(max(Int(min(wanted, 1e6)), CSRTiling.narrowest), CSRTiling.widest)
        // Equal tiles rather than full ones and a narrow rest.
        let longest = max(rows, columns)
        let parts = (longest + side - 1) / side
        self.init(rows: rows, columns: columns, side: ((longest + parts - 1) / parts + 7) / 8 * 8)
    }

    /// The same matrix in tiles of half the side, for topologies so uneven that a tile would overflow.
    func halved(rows: Int, columns: Int) -> CSRTiling {
        CSRTiling(rows: rows, columns: columns, side: max(side / 2, 1))
    }

    var tileCount: Int { gridRows * gridColumns }

    /// Store order goes down the columns of tiles: the input slice of a column of tiles stays in cache on the way.
    func tile(gridRow: Int, gridColumn: Int) -> Int { gridColumn * gridRows + gridRow }
}
