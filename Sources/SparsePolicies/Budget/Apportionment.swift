/// Divides whole units among layers: Hamilton's method of largest remainders, with room as a cap.
package enum Apportionment {
    /// Counts that sum to `total` (or to all room, if that is less), in proportion to `shares` among the layers that
    /// have room left; what a full layer cannot take goes to the others in proportion. Equal remainders favour the
    /// earlier layer. Without any positive share the division is equal.
    package static func counts(_ total: Int, shares: [Double], room: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: shares.count)
        var left = min(total, room.reduce(0, +))
        while left > 0 {
            let open = shares.indices.filter { counts[$0] < room[$0] }
            let weights = positive(open.map { shares[$0] })
            let sum = weights.reduce(0, +)
            let quotas = weights.map { $0 / sum * Double(left) }
            if let full = open.indices.filter({ quotas[$0] >= Double(room[open[$0]] - counts[open[$0]]) }).nonEmpty {
                // Fill those that overflow, then divide the rest anew among the others.
                for k in full where left > 0 {
                    let taken = min(left, room[open[k]] - counts[open[k]])
                    counts[open[k]] += taken
                    left -= taken
                }
                continue
            }
            for (k, layer) in open.enumerated() { counts[layer] += Int(quotas[k]) }
            left -= quotas.map { Int($0) }.reduce(0, +)
            let order = open.indices.sorted {
                let (a, b) = (quotas[$0] - quotas[$0].rounded(.down), quotas[$1] - quotas[$1].rounded(.down))
                return a != b ? a > b : $0 < $1
            }
            for k in order.prefix(left) { counts[open[k]] += 1 }
            left = 0
        }
        return counts
    }

    /// The shares, or equal ones when none is positive.
    private static func positive(_ shares: [Double]) -> [Double] {
        let usable = shares.map { $0 > 0 && $0.isFinite ? $0 : 0 }
        return usable.contains { $0 > 0 } ? usable : shares.map { _ in 1 }
    }
}

extension Array {
    /// Itself, or nil when it is empty.
    fileprivate var nonEmpty: [Element]? { isEmpty ? nil : self }
}
