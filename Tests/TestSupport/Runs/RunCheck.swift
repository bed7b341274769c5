internal import Foundation

/// Compares what a run folder says in its summary, its metrics and its checkpoint.
public struct RunCheck {
    /// What does not agree; empty when all is well.
    public private(set) var problems: [String] = []
    private let summary: [String: Any]
    private var epochs: [[String: Any]] = []
    private var updates: [[String: Any]] = []
    private let checkpoint: PlainSafetensors

    /// - Parameters:
    ///   - groups: N and M, when every layer is said to store N of M.
    ///   - hasEqualRows: whether every layer is said to store as many weights for every output.
    public init(folder: String, groups: (stored: Int, of: Int)? = nil, hasEqualRows: Bool = false) throws {
        func object(_ data: Data) throws -> [String: Any] {
            try JSONSerialization.jsonObject(with: data) as? [String: Any] ?? [:]
        }
        summary = try object(Data(contentsOf: URL(fileURLWithPath: folder + "/summary.json")))
        for line in try String(contentsOfFile: folder + "/metrics.jsonl", encoding: .utf8).split(separator: "\n") {
            let record = try object(Data(line.utf8))
            switch record["event"] as? String {
            case "epoch": epochs.append(record)
            case "topology": updates.append(record)
            default: break
            }
        }
        checkpoint = try PlainSafetensors(path: folder + "/checkpoint.safetensors")
        try compareLayers(groups, hasEqualRows)
        compareRecords()
    }

    private mutating func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
        if !holds { problems.append(what()) }
    }

    private func number(_ record: [String: Any]?, _ key: String) -> Double? { record?[key] as? Double }

    private mutating func compareLayers(_ groups: (stored: Int, of: Int)?, _ hasEqualRows: Bool) throws {
        let layers = try JSONSerialization.jsonObject(with: Data((checkpoint.metadata["layers"] ?? "{}").utf8))
        let said = (summary["layers"] as? [[String: Any]] ?? []).map { ($0["name"] as? String ?? "", $0) }
        let summaries = Dictionary(said) { first, _ in first }
        expect(summaries.count == said.count, "layers of one name")
        let latest = updates.last?["layers"] as? [[String: Any]] ?? []
        let backward = number(summary, "backward_nonzeros")
        var (stored, positions, weights) = (0, 0, Set<String>())
        for (name, value) in layers as? [String: [String: Any]] ?? [:] {
            weights.insert(name)
            let base = String(name.dropLast(".weight".count))
            let shape = value["shape"] as? [Int] ?? []
            guard shape.count == 2, let layer = summaries[base], let format = value["format"] as? String else {
                expect(false, "\(base): not in the summary")
                continue
            }
            let mask = mask(name, format, shape[0], shape[1])
            let count = mask.count { $0 }
            stored += count
            positions += mask.count
            let told = number(layer, "nonzeros") ?? -1
            expect(layer["shape"] as? [Int] == shape, "\(base): shape")
            expect(abs((number(layer, "density") ?? -1) - told / Double(mask.count)) < 1e-9, "\(base): density")
            if backward == nil { expect(Int(told) == count, "\(base): summary \(told), file \(count)") }
            if let update = latest.first(where: { $0["name"] as? String == base }) {
                expect(number(update, "nonzeros") == told, "\(base): last update and summary")
                let isLinear = !["conv", "short", "wise"].contains { base.contains($0) }
                if isLinear && backward == nil {
                    let rows = (0..<shape[0]).count { r in !mask[r * shape[1]..<(r + 1) * shape[1]].contains(true) }
                    let columns = (0..<shape[1]).count { c in !(0..<shape[0]).contains { mask[$0 * shape[1] + c] } }
                    let dead = [update["dead_inputs"] as? Int, update["dead_outputs"] as? Int]
                    expect(dead == [columns, rows], "\(base): dead \(dead), counted \([columns, rows])")
                }
            }
            let rows = (0..<shape[0]).map { Array(mask[$0 * shape[1]..<($0 + 1) * shape[1]]) }
            if let groups {
                let isKept = rows.allSatisfy { row in
                    stride(from: 0, to: row.count, by: groups.of).allSatisfy { first in
                        let group = row[first..<min(first + groups.of, row.count)]
                        return group.count { $0 } == min(groups.stored, group.count)
                    }
                }
                expect(isKept, "\(base): groups")
            }
            if hasEqualRows { expect(Set(rows.map { $0.count { $0 } }).count <= 1, "\(base): rows") }
        }
        expect(Int(backward ?? number(summary, "nonzeros") ?? -1) == stored, "nonzeros of the file: \(stored)")
        let density = number(summary, "density") ?? -1
        expect(abs(density - (number(summary, "nonzeros") ?? -1) / Double(positions)) < 1e-9, "density")
        // Biases, scales and shifts: tensors of one dimension that are no part of a matrix.
        let vectors = checkpoint.entries.filter { name, _ in
            !weights.contains(name) && (name.hasSuffix(".bias") || name.hasSuffix(".weight"))
        }
        let others = vectors.values.map { $0.shape.reduce(1, *) }.reduce(0, +)
        expect(Int(number(summary, "parameters") ?? -1) == stored + others, "parameters")
        expect(Int(number(summary, "dense_parameters") ?? -1) == positions + others, "dense_parameters")
    }

    /// True where a weight is stored, row by row.
    private mutating func mask(_ name: String, _ format: String, _ rows: Int, _ columns: Int) -> [Bool] {
        if format == "dense" {
            expect(checkpoint.floats(name)?.count == rows * columns, "\(name): values")
            return [Bool](repeating: true, count: rows * columns)
        }
        var mask = [Bool](repeating: false, count: rows * columns)
        let side = format == "csr" ? 1 : Int(format.dropFirst("block".count)) ?? 0
        guard side > 0, let starts = checkpoint.integers(name + ".crow_indices"),
            let places = checkpoint.integers(name + ".col_indices"), let values = checkpoint.floats(name + ".values"),
            starts.count == (rows + side - 1) / side + 1, starts.first == 0, starts.last == places.count,
            zip(starts, starts.dropFirst()).allSatisfy({ $0 <= $1 }), values.count == places.count * side * side
        else {
            expect(false, "\(name): indices")
            return mask
        }
        expect(values.allSatisfy(\.isFinite), "\(name): not finite")
        for (key, entry) in checkpoint.entries where key.hasPrefix(name + ".optimizer") {
            expect(entry.shape == checkpoint.entries[name + ".values"]?.shape, "\(key): shape")
        }
        for row in 0..<starts.count - 1 {
            var previous = -1
            for index in starts[row]..<starts[row + 1] {
                let place = places[index]
                guard place > previous, place < (columns + side - 1) / side else {
                    expect(false, "\(name): columns of row \(row)")
                    return mask
                }
                previous = place
                for i in 0..<side * side {
                    let (r, c) = (row * side + i / side, place * side + i % side)
                    if r < rows && c < columns {
                        mask[r * columns + c] = true
                    } else {
                        expect(values[index * side * side + i] == 0, "\(name): padding")
                    }
                }
            }
        }
        return mask
    }

    private mutating func compareRecords() {
        guard let last = epochs.last else {
            expect(false, "no epoch")
            return
        }
        for key in [
            "test_accuracy", "test_loss", "test_top5", "train_loss", "nonzeros", "density", "train_flops_ratio",
        ] {
            expect(number(last, key) == number(summary, key), "\(key): last epoch and summary")
        }
        expect(number(last, "step") == number(summary, "steps"), "steps")
        expect(number(last, "epoch") == number(summary, "epochs"), "epochs")
        expect(Double(updates.count) == number(summary, "topology_updates"), "topology_updates")
        let explored = number(summary, "explored_fraction") ?? -1
        if let update = updates.last {
            expect(abs((number(update, "explored_fraction") ?? -1) - explored) < 1e-12, "explored_fraction")
        }
        expect(explored >= (number(summary, "density") ?? 2) - 1e-9, "explored less than stored")
        for update in updates {
            let layers = update["layers"] as? [[String: Any]] ?? []
            let inLayers = layers.compactMap { number($0, "nonzeros") }.reduce(0, +)
            expect((number(update, "nonzeros") ?? -1) >= inLayers, "nonzeros of an update")
            for layer in layers {
                let (dropped, grown) = (number(layer, "dropped") ?? -1, number(layer, "grown") ?? -1)
                expect((number(layer, "regrown") ?? 0) <= min(dropped, grown), "regrown")
            }
        }
    }
}
