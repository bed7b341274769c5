/// One topology update's line of `metrics.jsonl`.
public struct TopologyRecord: Codable, Sendable, Equatable {
    /// What kind of line it is.
    public var event = "topology"
    /// Weight updates done so far.
    public var step: Int
    /// From 1.
    public var epoch: Int
    /// Share of a layer's weights that the schedule replaces at this update; of a method without a schedule the share of all
    /// weights that were dropped.
    public var dropFraction: Double
    /// Stored weights of all layers, after the update.
    public var nonzeros: Int
    /// Part of all positions that were stored at any time.
    public var exploredFraction: Double
    /// Wall time of the update.
    public var seconds: Double
    /// The layers whose connections may change.
    public var layers: [Layer]

    /// What happened to one layer.
    public struct Layer: Codable, Sendable, Equatable {
        /// The name of the weights, such as "fc1".
        public var name: String
        /// Weights that the forward pass uses, after the update.
        public var nonzeros: Int
        /// Weights stored and trained, for a method whose forward pass uses a part of them.
        public var backwardNonzeros: Int?
        /// `nonzeros` as a share of all positions.
        public var density: Double
        /// Chosen by the drop rule and by the grow rule; `regrown` were chosen by both.
        public var dropped: Int
        /// Chosen by the grow rule.
        public var grown: Int
        /// Chosen by both rules.
        public var regrown: Int
        /// Largest absolute score dropped, and smallest gradient score grown, where there is one.
        public var dropThreshold: Float?
        /// Smallest gradient score grown; nil for rules without one.
        public var growThreshold: Float?
        /// Grown although their gradient score was 0.
        public var grownWithoutGradient: Int
        /// Positions that were stored at some time of the run, as a share of all.
        public var exploredFraction: Double
        /// Inputs and outputs that no stored weight touches, after the update.
        public var deadInputs: Int
        /// Outputs that no stored weight touches, after the update.
        public var deadOutputs: Int
        /// Outputs whose gradient was 0 for every sample of the latest batch, such as those of dead ReLUs.
        public var idleOutputs: Int
        /// Wall time of choosing, without the change itself.
        public var seconds: Double

        enum CodingKeys: String, CodingKey {
            case name, nonzeros, density, dropped, grown, regrown
            case backwardNonzeros = "backward_nonzeros"
            case dropThreshold = "drop_threshold"
            case growThreshold = "grow_threshold"
            case grownWithoutGradient = "grown_without_gradient"
            case exploredFraction = "explored_fraction"
            case deadInputs = "dead_inputs"
            case deadOutputs = "dead_outputs"
            case idleOutputs = "idle_outputs"
            case seconds
        }
    }

    enum CodingKeys: String, CodingKey {
        case event, step, epoch, nonzeros
        case dropFraction = "drop_fraction"
        case exploredFraction = "explored_fraction"
        case seconds, layers
    }
}
