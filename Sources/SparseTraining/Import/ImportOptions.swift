public import SparseParts

// Where a run begins that does not begin with weights drawn at random.

extension Options {
    /// A file of weights, a checkpoint or a run folder to begin from: its connections, weights and statistics. The optimiser
    /// and the steps begin anew.
    public var initFrom: Option<String?> {
        Option(
            "init-from", .model, "FILE", .text("a file of weights or a run folder"), carryOver: .refused,
            "begin from the weights and connections of a file (safetensors, npz), a checkpoint or a run")
    }

    /// New names for what is in that file.
    public var nameMaps: Option<[NameMap]> {
        Option(
            "map", .model, "OLD=NEW,...", OptionRule(text: "OLD=NEW, names of an array or a layer") { !$0.old.isEmpty },
            carryOver: .refused,
            "with --init-from, --mask-from or import: names in the file, and what the model calls them"
        ).refused("needs --init-from or --mask-from, whose names it maps") {
            $0.initFrom == nil && $0.maskFrom == nil && !$0.nameMaps.isEmpty
        }
    }

    /// What is taken off the inputs, in units of the data's full scale (pixels in 0 ... 1): one number, or one for each channel.
    public var inputMean: Option<[Double]> {
        Option(
            "input-mean", .data, "M,...", OptionRule(text: "a number, or one for each channel") { $0.isFinite },
            "what is taken off the inputs (pixels in 0 ... 1), in place of --standardization"
        ).refused(with: [\.inputDeviation], "set both of them, or none") {
            $0.inputMean.isEmpty != $0.inputDeviation.isEmpty
        }.refused(with: [\.standardization], "set one of them") {
            !$0.inputMean.isEmpty && $0.standardization != nil
        }
    }

    /// What they are then divided by.
    public var inputDeviation: Option<[Double]> {
        Option(
            "input-deviation", .data, "S,...",
            OptionRule(text: "a number above 0, or one for each channel") { $0.isFinite && $0 > 0 },
            "what they are then divided by")
    }
}
