extension TrainingConfiguration {
    /// Samples of a shard.
    /// - Parameter processes: That train together.
    /// - Throws: `ConfigurationError` where shards, batch and processes do not go together.
    func shardSize(processes: Int) throws(ConfigurationError) -> Int {
        let (name, batch) = (Options().shards.name, Options().batchSize.name)
        if processes > 1 && self.shards == 1 {
            throw .rejected(
                reason:
                    "--\(name): \(processes) processes share the shards of a batch, and results depend on their number, "
                    + "not on that of the processes: give a multiple of \(processes), such as --\(name) \(processes)")
        }
        guard self.shards.isMultiple(of: processes) else {
            throw .invalidValue(
                option: name, value: "\(self.shards)", expected: "a multiple of the \(processes) processes")
        }
        guard self.batchSize % self.shards == 0 else {
            let below = self.batchSize / self.shards * self.shards
            throw .conflict(
                options: [name, batch],
                reason: "a batch of \(self.batchSize) samples has no \(self.shards) equal shards; take a --\(batch) of "
                    + (below > 0 ? "\(below) or " : "") + "\(below + self.shards)")
        }
        return self.batchSize / self.shards
    }
}
