extension TrainingConfiguration {
    /// 1 - `density`: another way to set it. Always nil when read, for the density is what counts.
    var sparsity: Double? {
        get { nil }
        set {
            // The nearest number of fifteen decimals: 1 - .9 is to be .1.
            if let newValue { density = ((1 - newValue) * 1e15).rounded() / 1e15 }
        }
    }
}
