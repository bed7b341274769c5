/// A line of `metrics.jsonl` about something that does not end the run but may spoil its result: layers that have lost
/// every path from the network's input to its output, options without effect on the run, connections that never move, an
/// accuracy that is that of guessing.
public struct WarningRecord: Codable, Sendable, Equatable {
    /// What kind of line it is.
    public var event = "warning"
    /// Weight updates done so far.
    public var step: Int
    /// From 1; 0 before the first.
    public var epoch: Int
    /// The layers it is about, if any.
    public var layers: [String]
    /// What happened, and what may help.
    public var message: String

    /// About the run as a whole.
    init(_ message: String, step: Int = 0, epoch: Int = 0) {
        (self.step, self.epoch, layers, self.message) = (step, epoch, [], message)
    }

    init(_ unused: UnusedOptions) {
        let names = unused.options.map { "--" + $0 }.joined(separator: ", ")
        self.init("\(names): \(unused.reason)")
    }

    /// Of something known before the first step.
    init(layers: [String], message: String) {
        (step, epoch, self.layers, self.message) = (0, 0, layers, message)
    }

    init(withoutPath layers: [String], step: Int, epoch: Int) {
        self.step = step
        self.epoch = epoch
        self.layers = layers
        message =
            "no path from input to output leads through \(layers.joined(separator: ", ")) after step \(step); a higher "
            + "--density, --distribution erk or --dense-layers may help"
    }
}
