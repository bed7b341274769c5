internal import Foundation
internal import SparseTraining

/// The layers of a run as a table: name, outputs x inputs, density, weights, how they are stored.
enum LayerTable {
    /// So many rows of layers are on a screen.
    private static let mostRows = 12
    /// Of a deep network: so many of its first layers, and with a row for those between as many of its last as fit.
    private static let firstRows = 6

    private static let heading = ["layer", "outputs x inputs", "density", "weights", "stored as"]

    /// - Parameters:
    ///   - layers: In the order of the model.
    ///   - isWhole: A row for every layer, however many there are.
    static func lines(_ layers: [TrainingSummary.Layer], isWhole: Bool, screen: Screen) -> [String] {
        let rows = layers.map { layer in
            [
                layer.name, layer.shape.map(String.init).joined(separator: " x "),
                String(format: "%.4f", layer.density), "\(layer.nonzeros)", layer.format,
            ]
        }
        // What matters least is to the right, and goes first where there is no room.
        let tables = (2...heading.count).reversed().lazy.map { count in
            TextTable.lines(([heading] + rows).map { Array($0.prefix(count)) }, widest: isWhole ? 60 : 24)
        }
        let fitting = tables.first { $0.allSatisfy { screen.fits($0.count) } }
        var lines = (fitting ?? TextTable.lines(([heading] + rows).map { Array($0.prefix(2)) })).map(screen.cut)
        if !isWhole, layers.count > mostRows {
            let left = layers.count - mostRows + 1
            // The heading is a line, too.
            let between = (firstRows + 1)..<(firstRows + 1 + left)
            lines.replaceSubrange(between, with: [screen.cut("  ... \(left) more layers (--verbose)")])
        }
        lines[0] = screen.ink(lines[0], .heading)
        return lines
    }
}
