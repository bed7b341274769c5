internal import SparseStore

/// The samples of another data set with something about them changed: all that is not is handed on.
protocol WrappedDataset: Dataset {
    var base: any Dataset { get }
}

extension WrappedDataset {
    var name: String { base.name }
    var count: Int { base.count }
    var shape: SampleShape { base.shape }
    var inputs: [SampleInput] { base.inputs }
    var targets: TargetKind { base.targets }
    var classNames: [String]? { base.classNames }
    var sequence: SequenceShape? { base.sequence }
    var vocabulary: Vocabulary? { base.vocabulary }
    var columns: TableColumns? { base.columns }
    var fullScale: Float { base.fullScale }
    var blockSamples: Int? { base.blockSamples }
    var preferredStandardization: Standardization { base.preferredStandardization }

    func featureName(_ feature: Int) -> String { base.featureName(feature) }
    func label(of sample: Int) -> Int { base.label(of: sample) }
    func number(_ index: Int, of sample: Int) -> Float { base.number(index, of: sample) }
    func token(of sample: Int, input: Int) -> Int { base.token(of: sample, input: input) }

    func assemble(
        panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels, scaling: FeatureScaling
    ) {
        base.assemble(panel: panel, samples: samples, count: count, into: panels, scaling: scaling)
    }

    func assemble(input: Int, panel: Int, samples: AlignedBuffer<Int>, count: Int, into panels: Panels) {
        base.assemble(input: input, panel: panel, samples: samples, count: count, into: panels)
    }
}
