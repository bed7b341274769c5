/// A run among others, and what it stands for.
public struct ComparedRun: Sendable {
    /// The run.
    public var run: FinishedRun
    /// The network and the data: runs of one pair stand in one chart.
    public var pair: String
    /// The curve that the run is a point of, such as its method; nil for what tells it from the others but its size.
    public var series: String?
    /// What it and the runs of other seeds are called, such as "rigl, ratio 8"; nil for the options in which they differ.
    public var label: String?
    /// Parameters of the dense network that its size is compared with.
    public var originalParameters: Int
    /// Operations of its network, were it dense, over those of the network that it is compared with: 1 unless it stands for another.
    public var flopsScale: Double

    /// - Parameters:
    ///   - run: The run.
    ///   - pair: In place of its model and data.
    ///   - series: In place of what tells it from the other runs.
    ///   - label: In place of the options in which it and the runs of other seeds differ from others.
    ///   - originalParameters: In place of those of its own network with every weight.
    ///   - flopsScale: Operations of its network, were it dense, over those of the network that it is compared with.
    public init(
        _ run: FinishedRun, pair: String? = nil, series: String? = nil, label: String? = nil,
        originalParameters: Int? = nil,
        flopsScale: Double = 1
    ) {
        self.run = run
        self.pair = pair ?? "\(run.summary.model) on \(run.summary.data)"
        self.series = series
        self.label = label
        self.originalParameters = originalParameters ?? run.summary.denseParameters
        self.flopsScale = flopsScale
    }

    /// Parameters of the network that it is compared with over its own, biases and scales among them.
    var compression: Double { Double(originalParameters) / Double(max(run.summary.parameters, 1)) }

    /// Operations of its training over those of dense training, on as many samples, of the network that it is compared with.
    var trainFLOPsRatio: Double { run.summary.trainFLOPsRatio * flopsScale }
}
