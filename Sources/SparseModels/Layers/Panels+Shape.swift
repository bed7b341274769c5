internal import SparseStore

extension Panels {
    /// Panels without halo for samples of this shape.
    convenience init(_ shape: ActivationShape, samples: Int) {
        self.init(channels: shape.channels, rows: shape.rows, columns: shape.columns, samples: samples)
    }
}
