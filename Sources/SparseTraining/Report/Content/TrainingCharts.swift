/// What changed from epoch to epoch, and from one update of the topology to the next.
struct TrainingCharts {
    private let history: RunHistory
    private static let epochs = PlotFrame.Axis(label: "epoch", wholeNumbers: true)
    private static let steps = PlotFrame.Axis(label: "weight updates")

    /// What samples are called.
    private let unit: String

    init(_ history: RunHistory, unit: String = "samples") { (self.history, self.unit) = (history, unit) }

    private typealias Reading<Record> = (Record) -> Double?

    private func overEpochs(_ name: String, _ value: Reading<EpochRecord>) -> LineChart.Series {
        let points = history.epochs.compactMap { record in
            value(record).map { LineChart.Point(x: Double(record.epoch), y: $0) }
        }
        return LineChart.Series(name: name, points: points, mark: points.count > 40 ? .line : .lineWithPoints)
    }

    private func overUpdates(_ name: String, _ value: Reading<TopologyRecord>) -> LineChart.Series {
        LineChart.Series(
            name: name,
            points: history.updates.compactMap { record in
                value(record).map { LineChart.Point(x: Double(record.step), y: $0) }
            })
    }

    private func byLayer(_ value: @escaping (TopologyRecord.Layer) -> Double?) -> [LineChart.Series] {
        (history.updates.first?.layers ?? []).map(\.name).map { name in
            overUpdates(name) { record in record.layers.first { $0.name == name }.flatMap(value) }
        }
    }

    var loss: LineChart? {
        LineChart(
            "loss", title: "Loss", summary: "Mean loss of a sample after each epoch, by part of the data.",
            x: Self.epochs, y: .init(label: "loss"),
            series: [
                overEpochs("training") { $0.train.loss }, overEpochs("validation") { $0.validation.loss },
                overEpochs("test") { $0.test.loss },
            ])
    }

    /// One for each metric.
    var metrics: [LineChart] {
        var names: [String] = []
        for value in history.epochs.flatMap({ $0.train.values + $0.test.values }) where !names.contains(value.name) {
            names.append(value.name)
        }
        return names.compactMap { name in
            LineChart(
                name.slug, title: name.prefix(1).uppercased() + name.dropFirst(),
                summary: "The metric \(name) after each epoch, by part of the data.", x: Self.epochs,
                y: .init(label: name),
                series: [
                    overEpochs("training") { $0.train[name] }, overEpochs("validation") { $0.validation[name] },
                    overEpochs("test") { $0.test[name] },
                ])
        }
    }

    var learningRate: LineChart? {
        LineChart(
            "learning-rate", title: "Learning rate", summary: "Learning rate of the last weight update of each epoch.",
            x: Self.epochs, y: .init(label: "learning rate", includesZero: true),
            series: [overEpochs("learning rate", \.learningRate)])
    }

    var speed: LineChart? {
        LineChart(
            "speed", title: "Speed", summary: "Training \(unit) over the time of training alone, by epoch.",
            x: Self.epochs, y: .init(label: "\(unit)/s", includesZero: true),
            series: [overEpochs("\(unit)/s", \.samplesPerSecond)])
    }

    var dropFraction: LineChart? {
        LineChart(
            "replaced-share", title: "Drop fraction",
            summary: "Share of a layer's weights that is replaced, at each update of the topology.", x: Self.steps,
            y: .init(label: "share of weights", includesZero: true),
            series: [overUpdates("drop fraction", \.dropFraction)])
    }

    var explored: LineChart? {
        LineChart(
            "explored", title: "Explored positions, R_s",
            summary: "Share of all positions that were stored at any time of the run, whole and by layer.",
            x: Self.steps,
            y: .init(label: "share of positions", includesZero: true),
            series: [overUpdates("all layers", \.exploredFraction)] + byLayer(\.exploredFraction))
    }

    var densities: LineChart? {
        LineChart(
            "density", title: "Density by layer", summary: "Stored weights over positions after each update, by layer.",
            x: Self.steps, y: .init(label: "density", includesZero: true), series: byLayer(\.density))
    }

    /// How the connections of each layer moved.
    var replaced: LineChart? {
        LineChart(
            "replaced", title: "Connections replaced",
            summary:
                "Share of a layer's connections that were dropped for others at each update: dropped, less those that came back at once.",
            x: Self.steps, y: .init(label: "share of the layer", includesZero: true),
            series: byLayer { layer in
                layer.nonzeros > 0 ? Double(max(layer.dropped - layer.regrown, 0)) / Double(layer.nonzeros) : nil
            })
    }

    var moved: LineChart? {
        let totals: [(String, (TopologyRecord.Layer) -> Int)] = [
            ("dropped", \.dropped), ("grown", \.grown), ("dropped and grown again", \.regrown),
        ]
        return LineChart(
            "moved", title: "Connections dropped and grown",
            summary: "Weights, or blocks, of all layers together at each update.",
            x: Self.steps, y: .init(label: "connections", includesZero: true),
            series: totals.map { name, count in
                overUpdates(name) { record in Double(record.layers.reduce(0) { $0 + count($1) }) }
            })
    }

    var dead: LineChart? {
        let counts: [(String, (TopologyRecord.Layer) -> Int)] = [
            ("inputs without a weight", \.deadInputs), ("outputs without a weight", \.deadOutputs),
            ("outputs without a gradient", \.idleOutputs),
        ]
        return LineChart(
            "dead-units", title: "Units without part", summary: "Of all layers together, after each update.",
            x: Self.steps,
            y: .init(label: "units", includesZero: true, wholeNumbers: true),
            series: counts.map { name, count in
                overUpdates(name) { record in Double(record.layers.reduce(0) { $0 + count($1) }) }
            })
    }
}
