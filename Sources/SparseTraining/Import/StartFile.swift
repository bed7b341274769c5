public import SparseParts

/// The file that a run begins from.
struct StartFile {
    /// Where it is.
    let path: String
    /// Whether connections alone come from it, and weights are drawn.
    let drawsWeights: Bool

    /// The option that names it, as it is typed.
    var option: String { "--" + (drawsWeights ? Options().maskFrom.name : Options().initFrom.name) }
}

extension TrainingConfiguration {
    /// The file that the run begins from; nil where connections and weights are drawn.
    var startFile: StartFile? {
        if let path = self.initFrom { return StartFile(path: path, drawsWeights: false) }
        return self.maskFrom.map { StartFile(path: $0, drawsWeights: true) }
    }
}

extension Options {
    /// A file of weights, a checkpoint or a run folder whose connections the run begins with. Weights are drawn, as if the connections had
    /// been: with the seed of the run that pruned them, and `initialization` dense-fan-in, each is what it was before that run's first
    /// step, which makes a lottery ticket (Frankle, Carbin; ICLR 2019; arXiv 1803.03635); with another seed its control.
    public var maskFrom: Option<String?> {
        Option(
            "mask-from", .model, "FILE", .text("a file of weights or a run folder"), carryOver: .refused,
            "begin with the connections of a file, a checkpoint or a run, and with weights drawn anew"
        ).refused(with: [\.initFrom], "set one of them") { $0.maskFrom != nil && $0.initFrom != nil }
    }
}
