internal import SparsePolicies

/// Whether the weights of a file can be stored as the options ask.
extension LayerStructure {
    /// The first weight that does not fit, in words; nil when all do.
    /// - Parameter positions: Of all stored weights, ascending, in the order in which the store has its columns.
    func misfit(_ positions: [Int], rows: Int, columns: Int) -> String? {
        switch self {
        case .unstructured: nil
        case .blocks(let side): misfit(positions, blocksOf: side, rows: rows, columns: columns)
        case .groups(let stored, let of): misfit(positions, stored, of, rows: rows, columns: columns)
        case .constantFanIn: Self.unevenRow(positions, rows: rows, columns: columns, mayBeEmpty: false)
        }
    }

    private func misfit(_ positions: [Int], blocksOf side: Int, rows: Int, columns: Int) -> String? {
        let width = (columns + side - 1) / side
        var counts: [Int: Int] = [:]
        func block(_ position: Int) -> Int { position / columns / side * width + position % columns / side }
        for position in positions { counts[block(position), default: 0] += 1 }
        for position in positions {
            let unit = block(position)
            let (top, left) = (unit / width * side, unit % width * side)
            let count = min(side, rows - top) * min(side, columns - left)
            guard let found = counts[unit], found < count else { continue }
            return
                "the weight of output \(position / columns), column \(position % columns) is in a block of \(side) x "
                + "\(side) of which \(found) weights are stored, not all \(count)"
        }
        return nil
    }

    private func misfit(_ positions: [Int], _ stored: Int, _ of: Int, rows: Int, columns: Int) -> String? {
        var rest = positions[...]
        for row in 0..<rows {
            for first in stride(from: 0, to: columns, by: of) {
                let end = min(columns, first + of)
                let found = rest.prefix { $0 < row * columns + end }.count
                rest = rest.dropFirst(found)
                let wanted = min(stored, end - first)
                if found == wanted { continue }
                return "of the weights of output \(row), columns \(first) to \(end - 1), \(found) are stored, where "
                    + "\(stored):\(of) has \(wanted) (a mask in the file tells a stored 0 from none)"
            }
        }
        return nil
    }

    /// The first output that has not as many inputs as the first one, in words.
    static func unevenRow(_ positions: [Int], rows: Int, columns: Int, mayBeEmpty: Bool) -> String? {
        var counts = [Int](repeating: 0, count: rows)
        for position in positions { counts[position / columns] += 1 }
        let usual = counts.max() ?? 0
        guard let row = counts.firstIndex(where: { $0 != usual && !($0 == 0 && mayBeEmpty) }) else { return nil }
        return "output \(row) has \(counts[row]) weights, where others have \(usual)"
    }
}
