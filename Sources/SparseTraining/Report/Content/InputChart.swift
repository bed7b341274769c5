/// Which inputs of a network matter.
enum InputChart {
    /// More are in the list that `sparsetrain importance` prints.
    private static let shown = 20

    /// The first of the inputs that are ranked by their paths.
    static func paths(_ inputs: [InputImportance.Input]) -> BarChart? {
        let unread = inputs.count { $0.paths == 0 }
        return BarChart(
            "inputs", title: "Inputs that matter most",
            summary:
                "Share of all paths from inputs to outputs that begin at an input, each counted with the product of its absolute weights: "
                + "the first \(min(shown, inputs.count)) of \(NumberText.whole(inputs.count)); from \(NumberText.whole(unread)) "
                + "no path leads to an output. The whole list, and how much the loss grows without them: sparsetrain importance.",
            label: "share of the paths",
            bars: inputs.prefix(shown).map { .init(name: $0.name, value: $0.paths, text: NumberText.short($0.paths)) })
    }
}
