extension ImportReport {
    /// - Parameter scaling: How inputs are scaled, in words.
    init(_ start: StartingWeights, scaling: String) {
        let layers = start.layers.map { layer in
            Layer(
                name: layer.name, source: layer.weight.name, shape: [layer.shape.rows, layer.shape.columns],
                stored: layer.stored, density: Double(layer.stored) / Double(layer.positions))
        }
        self.init(
            path: start.path, layers: layers,
            remarks: start.remarks + (start.drawsWeights ? ["connections alone: weights are drawn"] : []),
            scaling: scaling)
    }
}
