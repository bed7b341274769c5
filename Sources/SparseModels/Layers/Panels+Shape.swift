internal import SparseStore

extension Panels {
    /// Panels for samples of this shape.
    convenience init(_ shape: ActivationShape, halo: Int = 0, samples: Int) {
        self.init(channels: shape.channels, rows: shape.rows, columns: shape.columns, halo: halo, samples: samples)
    }
}
