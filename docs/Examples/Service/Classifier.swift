import SparseTraining

/// Answers requests with a trained network, of any number of tasks, one after the other. A newer network takes the place of
/// the old one between two requests.
actor Classifier {
    struct Answer: Sendable {
        var digit: Int
        /// Which network gave it, from 1.
        var version: Int
    }

    private var model: TrainedModel
    private var version = 1

    /// - Parameter folder: The folder of the run that trained the network.
    init(run folder: String) throws { model = try TrainedModel(contentsOf: folder, threads: 1) }

    func classify(_ features: [Float]) throws -> Answer {
        Answer(digit: try model.predict(features).label ?? 0, version: version)
    }

    /// From now on another run's network answers; when it cannot be read, the old one goes on.
    func replace(byRun folder: String) throws {
        model = try TrainedModel(contentsOf: folder, threads: 1)
        version += 1
    }
}
