internal import SparseData

/// The report of one run: what it came to, how it went, what its network looks like, what it cost, and how to repeat it.
enum RunReport {
    /// Of deeper networks the pictures of layers are there, but folded.
    private static let mostOpenLayers = 4

    static func page(_ source: ReportSource) -> Page {
        let summary = source.run.summary
        var page = Page(title: "\(summary.method), \(summary.model) on \(summary.data)")
        addResult(source, to: &page)
        let training = TrainingCharts(source.history, unit: source.sampleUnit)
        page.section("Training")
        page.charts([training.loss] + training.metrics + [training.learningRate, training.speed])
        page.section("Topology")
        if source.history.updates.isEmpty {
            page.paragraph(
                "No connection moved: \(summary.method) keeps those that it begins with, or the run was too short.")
        }
        page.charts([
            training.dropFraction, training.explored, training.densities, training.replaced, training.moved,
            training.dead,
        ])
        addLayers(source, to: &page)
        if !source.inputs.isEmpty {
            page.section("Inputs")
            page.charts([InputChart.paths(source.inputs)])
        }
        if let classes = source.classes {
            page.section("Classes")
            ClassTables(classes).add(to: &page)
        }
        page.section("Cost")
        page.charts([CostCharts.time(summary), CostCharts.memory(summary)])
        addConfiguration(source, to: &page)
        return page
    }

    private static func addResult(_ source: ReportSource, to page: inout Page) {
        let summary = source.run.summary
        page.section("Result")
        var figures = summary.test.values.compactMap { value in
            value.value.map { (value: NumberText.short($0), meaning: "test \(value.name)") }
        }
        if let loss = summary.testLoss { figures.append((NumberText.short(loss), "test loss")) }
        if let best = summary.bestValidation.value {
            figures.append((NumberText.short(best), "best validation \(summary.bestValidation.name)"))
        }
        figures += [
            (NumberText.whole(summary.nonzeros), "weights stored"), (NumberText.short(summary.density), "density"),
            (NumberText.short(Double(summary.denseParameters) / Double(max(summary.parameters, 1))), "compression"),
            (NumberText.short(summary.trainFLOPsRatio), "training FLOPs over dense"),
            (NumberText.short(summary.seconds) + " s", "time"),
            (NumberText.short(Double(summary.peakRSSBytes) / 1e6) + " MB", "peak memory"),
            (NumberText.short(summary.exploredFraction), "explored positions, R_s"),
            (
                summary.effectiveDensity.map { NumberText.short($0) } ?? "-",
                "effective density: weights on a path from input to output"
            ),
        ]
        page.figures(figures)
        page.paragraph(
            "\(NumberText.whole(summary.steps)) weight updates in \(NumberText.whole(summary.epochs)) epochs with batches of "
                + "\(summary.batchSize), \(NumberText.whole(summary.topologyUpdates)) updates of the topology, seed \(summary.seed), "
                + "\(summary.threads) \(summary.threads == 1 ? "thread" : "threads"), "
                + "\(NumberText.short(summary.samplesPerSecond)) training \(source.sampleUnit) a second. Compression is the parameters of the "
                + "dense network over those trained, biases and scales among them.")
        if summary.interrupted { page.paragraph("The run was interrupted before its last step.") }
        if !summary.warnings.isEmpty {
            page.heading("Warnings")
            page.list(summary.warnings)
        }
    }

    private static func addLayers(_ source: ReportSource, to page: inout Page) {
        page.section("Layers")
        let last = source.history.updates.last?.layers ?? []
        let rows = source.run.summary.layers.map { layer -> [String] in
            let picture = source.layers.first { $0.name == layer.name }
            let moved = last.first { $0.name == layer.name }
            func range(_ values: [Int]?) -> String {
                guard let sorted = values?.sorted(), let least = sorted.first, let most = sorted.last else {
                    return "-"
                }
                return "\(least) / \(sorted[sorted.count / 2]) / \(most)"
            }
            return [
                layer.name, layer.shape.map(String.init).joined(separator: " x "), NumberText.whole(layer.nonzeros),
                NumberText.short(layer.density), moved.map { NumberText.short($0.exploredFraction) } ?? "-",
                range(picture?.fanIn), range(picture?.fanOut), "\(picture?.fanOut.count { $0 == 0 } ?? 0)",
                "\(picture?.fanIn.count { $0 == 0 } ?? 0)",
            ]
        }
        page.table(
            ChartTable(
                header: [
                    "layer", "outputs x inputs", "stored", "density", "R_s", "fan-in", "fan-out", "dead in", "dead out",
                ],
                rows: rows),
            caption:
                "Fan-in and fan-out: least, median and most stored weights of an output and of an input. Dead: without one."
        )
        // A layer that stores everything has no picture.
        let sparse = source.layers.filter { $0.density < 1 }
        if let shape = source.sampleShape, let first = source.layers.first {
            page.charts([first.inputImage(channels: shape.channels, rows: shape.rows, columns: shape.columns)])
        }
        for layer in sparse {
            page.details(
                "\(layer.name): \(layer.rows) x \(layer.columns), \(NumberText.whole(layer.stored)) stored",
                isOpen: sparse.count <= mostOpenLayers
            ) { $0.charts([layer.pattern, layer.fanInChart, layer.fanOutChart]) }
        }
    }

    private static func addConfiguration(_ source: ReportSource, to page: inout Page) {
        let configuration = source.run.configuration
        page.section("How to repeat it")
        let seed = source.run.summary.seed
        page.code(
            "sparsetrain --config \(ShellWord.quoted(source.run.path + "/" + FolderContent.configuration)) --seed \(seed) --out another-folder"
        )
        page.paragraph(
            "The same options, data and instruction set give the same bits, with any number of threads. Made by release "
                + "\(Release.version).")
        page.details("All options") { page in
            page.table(
                ChartTable(
                    header: ["option", "value"],
                    rows: TrainingConfiguration.options.map { ["--" + $0.name, $0.text(configuration)] }.filter {
                        !$0[1].isEmpty
                    }),
                caption: "As they were used, defaults filled in.")
        }
    }
}
