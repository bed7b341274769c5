internal import SparseStore
internal import SparseTraining

/// `sparsetrain mine`: trains a small network on samples that exist in this program alone.
extension Verb {
    static let mine = Verb(name: "mine", summary: "train on samples of the program's own") { _ in
        let data = Slopes()
        var configuration = TrainingConfiguration()
        (configuration.model, configuration.density, configuration.epochs) = ("mlp:8", 0.5, 3)
        let source = DataSource(
            name: data.name, train: Subset(data, samples: Array(0..<96)), test: Subset(data, samples: Array(96..<128)))
        let summary = try Trainer(configuration, data: source).run()
        try StandardOutput.write("\(summary.data): \(summary.steps) steps, \(summary.nonzeros) weights")
        return ExitStatus.done
    }
}

/// Four numbers that rise or fall: the class says which.
struct Slopes: Dataset {
    let name = "slopes"
    let count = 128
    let shape = SampleShape(channels: 4)
    let targets = TargetKind.classes(2)
    let preferredStandardization = Standardization.none

    func label(of sample: Int) -> Int { sample % 2 }

    func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
    ) {
        for lane in Panels.lanes * panel..<Panels.lanes * (panel + 1) {
            let slope: Float = label(of: samples[lane]) == 0 ? 1 : -1
            for channel in 0..<4 { panels[lane, channel] = lane < count ? slope * Float(channel) : 0 }
        }
    }
}
