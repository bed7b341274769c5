extension Method {
    /// SET with what wins under a learning rate that falls to 0: the share replaced falls with it, and the last quarter of the
    /// training leaves the connections alone. One list of weights, new ones 0, and what is dropped may return as it was: SET
    /// as RigL's code has it, and most comparisons since. As published it is the variant `paper`.
    static let set = Method(
        name: "set", summary: "sparse evolutionary training: drop the values nearest 0, grow at random",
        citation:
            "Mocanu, Mocanu, Stone, Nguyen, Gibescu, Liotta; Nature Communications 9:2383, 2018; arXiv 1707.04780",
        preset: MethodOptions(
            distribution: "erk", deltaT: .epochs(1), beginStep: 0, endFraction: 0.75, dropRule: "magnitude",
            dropFraction: 0.3, dropFloor: 0, dropSchedule: "cosine", growRule: "random", regrowth: .keepsValue,
            newValues: "zero", appliesWeightsOnUpdate: true),
        variants: [
            "paper": MethodOptions(dropRule: "signed-magnitude", newValues: "he-uniform").over(published),
            "set2018": MethodOptions(
                distribution: "epsilon", sampling: "with-replacement", epsilon: 20, dropRule: "set2018",
                newValues: "normal", decaysPerStep: true
            ).over(published),
            "keras": MethodOptions(
                distribution: "epsilon", sampling: "bernoulli", epsilon: 20, dropRule: "set2018", newValues: "zero"
            ).over(published),
        ],
        // The published rule treats positive and negative weights apart, and draws the values of new ones.
        withDropRule: ["signed-magnitude": drawn, "set2018": drawn]
    ) { settings, run throws(PolicyError) in try DropAndGrow(settings, run: run) }

    private static let drawn = MethodOptions(regrowth: .fresh, newValues: "he-uniform")

    /// As much as at first, after every epoch but the last.
    private static let published = MethodOptions(
        deltaT: .epochs(1), endFraction: 1, dropFraction: 0.3, dropSchedule: "constant", regrowth: .fresh)
}
