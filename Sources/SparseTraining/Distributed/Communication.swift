extension TrainingSummary {
    /// What the processes of a run sent each other since they began it, or took it up.
    public struct Communication: Codable, Sendable, Equatable {
        /// Processes that trained together.
        public var processes: Int
        /// Shards of a batch.
        public var shards: Int
        /// Bytes of gradients, and of running statistics, that were summed over the processes, for each weight update.
        public var gradientBytesPerStep: Int
        /// The same for each weight stored now.
        public var bytesPerStoredWeight: Double
        /// Bytes that rank 0 sent for these sums.
        public var gradientBytesSent: Int
        /// Bytes of what was summed to choose which connections grow, and those that rank 0 sent for it.
        public var growthBytes: Int
        /// Bytes that rank 0 sent for it.
        public var growthBytesSent: Int
        /// Bytes of the dense gradients that the choice was made by.
        public var denseGradientBytes: Int

        enum CodingKeys: String, CodingKey {
            case processes, shards
            case gradientBytesPerStep = "gradient_bytes_per_step"
            case bytesPerStoredWeight = "bytes_per_stored_weight"
            case gradientBytesSent = "gradient_bytes_sent"
            case growthBytes = "growth_bytes"
            case growthBytesSent = "growth_bytes_sent"
            case denseGradientBytes = "dense_gradient_bytes"
        }
    }
}
