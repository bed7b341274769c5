/// What the header of a checkpoint says of the run: its state, what network and method keep in numbers, and of which data. Their
/// arrays are tensors.
struct CheckpointState: Codable {
    var run: RunState
    /// Updates that the optimiser counts.
    var optimizerUpdates: Int
    /// The topology update that is decided and not made yet, if there is one.
    var update: Update?
    /// What the method keeps from update to update.
    var method: [String: Double]
    /// Batches kept for a topology update to come.
    var history: [HistoryBatch]
    var data: Data

    /// Size and weight of a batch whose activations are in the file.
    struct HistoryBatch: Codable {
        var samples: Int
        var scale: Float
    }

    /// What tells one data set from another.
    struct Data: Codable, Equatable {
        var training: Int
        var validation: Int
        var test: Int
        var batchesPerEpoch: Int
        /// Hash of labels and inputs; older checkpoints have none.
        var fingerprint: String?

        /// True unless only what the samples are can tell the two apart.
        func sizesDiffer(from other: Data) -> Bool {
            (training, validation, test, batchesPerEpoch)
                != (other.training, other.validation, other.test, other.batchesPerEpoch)
        }
    }

    /// The state of the run has its keys beside these.
    private enum Keys: String, CodingKey { case optimizerUpdates, update, method, history, data }

    init(
        _ run: RunState, optimizerUpdates: Int, update: Update?, method: [String: Double], history: [HistoryBatch],
        data: Data
    ) {
        self.run = run
        self.optimizerUpdates = optimizerUpdates
        self.update = update
        self.method = method
        self.history = history
        self.data = data
    }

    init(from decoder: any Decoder) throws {
        run = try RunState(from: decoder)
        let values = try decoder.container(keyedBy: Keys.self)
        optimizerUpdates = try values.decode(Int.self, forKey: .optimizerUpdates)
        update = try values.decodeIfPresent(Update.self, forKey: .update)
        method = try values.decode([String: Double].self, forKey: .method)
        history = try values.decode([HistoryBatch].self, forKey: .history)
        data = try values.decode(Data.self, forKey: .data)
    }

    func encode(to encoder: any Encoder) throws {
        try run.encode(to: encoder)
        var values = encoder.container(keyedBy: Keys.self)
        try values.encode(optimizerUpdates, forKey: .optimizerUpdates)
        try values.encodeIfPresent(update, forKey: .update)
        try values.encode(method, forKey: .method)
        try values.encode(history, forKey: .history)
        try values.encode(data, forKey: .data)
    }
}
