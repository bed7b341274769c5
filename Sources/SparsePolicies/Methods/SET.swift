extension Method {
    static let set = Method(
        name: "set", summary: "sparse evolutionary training: drop the values nearest 0, grow at random",
        citation:
            "Mocanu, Mocanu, Stone, Nguyen, Gibescu, Liotta; Nature Communications 9:2383, 2018; arXiv 1707.04780",
        preset: MethodOptions(
            distribution: "erk", deltaT: .epochs(1), beginStep: 0, endFraction: 1, dropRule: "signed-magnitude",
            dropFraction: 0.3, dropFloor: 0, dropSchedule: "constant", growRule: "random", regrowth: .fresh,
            newValues: "he-uniform", appliesWeightsOnUpdate: true),
        variants: [
            "set2018": MethodOptions(
                distribution: "epsilon", sampling: "with-replacement", epsilon: 20, dropRule: "set2018",
                newValues: "normal", decaysPerStep: true),
            "keras": MethodOptions(
                distribution: "epsilon", sampling: "bernoulli", epsilon: 20, dropRule: "set2018", newValues: "zero"),
        ],
        // SET as RigL's code has it, and most comparisons since: one list, new weights 0, the dropped may return as they were.
        withDropRule: ["magnitude": MethodOptions(regrowth: .keepsValue, newValues: "zero")]
    ) { settings, run throws(PolicyError) in try DropAndGrow(settings, run: run) }
}
