internal import SparseParts

extension Method {
    /// SET with what wins under a learning rate that falls to 0: the share replaced falls with it, and the last quarter of the
    /// training leaves the connections alone. One list of weights, new ones 0, and what is dropped may return as it was: SET
    /// as RigL's code has it, and most comparisons since. As published it is the variant `paper`.
    static let set = Method(
        name: "set", summary: "sparse evolutionary training: drop the values nearest 0, grow at random",
        citation:
            "Mocanu, Mocanu, Stone, Nguyen, Gibescu, Liotta; Nature Communications 9:2383, 2018; arXiv 1707.04780",
        preset: Settings {
            $0.distribution = "erk"
            $0.deltaT = .epochs(1)
            $0.beginStep = 0
            $0.endFraction = 0.75
            $0.dropRule = "magnitude"
            $0.dropFraction = 0.3
            $0.dropFloor = 0
            $0.dropSchedule = "cosine"
            $0.growRule = "random"
            $0.regrow = .keepsValue
            $0.newValues = .zero
            $0.trainsOnUpdate = true
        },
        variants: [
            "paper": Settings {
                $0.dropRule = "signed-magnitude"
                $0.newValues = .heUniform
            }.over(published),
            "set2018": Settings {
                $0.distribution = "epsilon"
                $0.sampling = .withReplacement
                $0.epsilon = 20
                $0.dropRule = "set2018"
                $0.newValues = .normal
                $0.decaysPerStep = true
            }.over(published),
            "keras": Settings {
                $0.distribution = "epsilon"
                $0.sampling = .bernoulli
                $0.epsilon = 20
                $0.dropRule = "set2018"
                $0.newValues = .zero
            }.over(published),
        ],
        // The published rule treats positive and negative weights apart, and draws the values of new ones.
        withDropRule: ["signed-magnitude": drawn, "set2018": drawn]
    ) { settings, run throws(PolicyError) in try DropAndGrow(settings, run: run) }

    private static let drawn = Settings {
        $0.regrow = .fresh
        $0.newValues = .heUniform
    }

    /// As much as at first, after every epoch but the last.
    private static let published = Settings {
        $0.deltaT = .epochs(1)
        $0.endFraction = 1
        $0.dropFraction = 0.3
        $0.dropSchedule = "constant"
        $0.regrow = .fresh
    }
}
