/// What a run took.
enum CostCharts {
    static func time(_ summary: TrainingSummary) -> BarChart? {
        guard let training = summary.trainingSeconds else { return nil }
        let phases = [
            ("training steps", training - summary.topologySeconds), ("topology updates", summary.topologySeconds),
            ("evaluation, data, files", summary.seconds - training),
        ]
        return BarChart(
            "time", title: "Time by phase",
            summary: "Seconds of the run: \(NumberText.short(summary.seconds)) in all.", label: "seconds",
            bars: phases.map { name, seconds in
                let seconds = max(seconds, 0)
                let share = summary.seconds > 0 ? 100 * seconds / summary.seconds : 0
                return .init(
                    name: name, value: seconds,
                    text: "\(NumberText.short(seconds)) s, \(NumberText.short(share.rounded())) %")
            })
    }

    static func memory(_ summary: TrainingSummary) -> BarChart? {
        let amounts = [
            ("weights, were it dense", 4 * summary.denseParameters),
            ("weights and positions", 8 * summary.nonzeros + 4 * (summary.parameters - summary.nonzeros)),
            ("process at its peak", summary.peakRSSBytes),
        ]
        return BarChart(
            "memory", title: "Memory",
            summary: "Bytes of 32-bit weights and their 32-bit positions, and all that the process held at its peak.",
            label: "megabytes (1,000,000 bytes)",
            bars: amounts.map { name, bytes in
                .init(name: name, value: Double(bytes) / 1e6, text: NumberText.short(Double(bytes) / 1e6) + " MB")
            })
    }
}
