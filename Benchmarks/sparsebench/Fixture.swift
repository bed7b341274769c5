import SparseStore

/// Random subjects of measurement.
enum Fixture {
    static func matrix(_ subject: Subject) throws -> any SparseMatrix {
        var random = CounterRandom(seed: 1, purpose: .test, layer: subject.rows, step: subject.columns)
        var positions: [Int] = []
        for position in 0..<subject.rows * subject.columns where random.nextUnit() < subject.density {
            positions.append(position)
        }
        let values = positions.map { _ in Float(random.nextUnit() - 0.5) * 0.1 }
        return try matrix(
            format: subject.format, rows: subject.rows, columns: subject.columns, positions: positions, values: values)
    }

    static func matrix(
        format: String, rows: Int, columns: Int, positions: [Int], values: [Float]
    ) throws -> any SparseMatrix {
        try CSRMatrix(rows: rows, columns: columns, positions: positions, values: values)
    }

    static func panels(_ channels: Int, _ samples: Int, seed: UInt64) -> Panels {
        var random = CounterRandom(seed: seed, purpose: .test, layer: channels)
        let panels = Panels(channels: channels, samples: samples)
        for sample in 0..<samples {
            for channel in 0..<channels { panels[sample, channel] = Float(random.nextUnit() * 2 - 1) }
        }
        return panels
    }
}
