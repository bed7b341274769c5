internal import SparseParts

/// The runs of a sweep beside each other, as they were asked for.
extension SweepResults {
    /// Those that are done, in the order of the plan.
    package var compared: [ComparedRun] {
        let pairs = Dictionary(grouping: rows, by: \.run.pair)
        return rows.compactMap { row in
            guard case .done(let finished) = row.state else { return nil }
            // What all runs of the pair have tells nothing.
            let siblings = pairs[row.run.pair] ?? []
            let others = row.run.otherOptions.filter { option in
                siblings.contains { $0.run.options[option.name] != option.value }
            }.map { "\($0.name) \($0.value)" }
            let size = row.run.size.map { [$0] } ?? []
            return ComparedRun(
                finished, pair: row.run.pair, series: ([row.run.method] + others).joined(separator: ", "),
                label: ([row.run.method] + size + others).joined(separator: ", "),
                originalParameters: row.outcome?.referenceParameters,
                flopsScale: row.run.need.map { $0.ownFLOPs / $0.referenceFLOPs } ?? 1)
        }
    }
}

extension SweepRun {
    /// How large it is to be, as it was asked for.
    fileprivate var size: String? {
        for name in [SweepOption.ratio, Options().density.name] {
            if let value = options[name] { return "\(name) \(value)" }
        }
        return nil
    }

    /// What was said of it but for network, data, method, size and seed.
    fileprivate var otherOptions: [(name: String, value: String)] {
        let all = Options()
        let shown: Set<String> = [
            all.data.name, all.model.name, all.method.name, all.density.name, all.seed.name, SweepOption.ratio,
            SweepOption.smallDense,
        ]
        return options.filter { !shown.contains($0.key) }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
