internal import SparseData
internal import SparseParts
internal import SparsePolicies
internal import SparseStore

/// What a run that begins from a file takes from it in place of options.
extension TrainingConfiguration {
    /// Fills in the densities that the file has, layer by layer: read back, they give the same layers without the file.
    /// - Throws: `ConfigurationError` for a method that cannot begin so, and for options that say something else.
    mutating func adopt(_ start: StartingWeights, method: Method, given: TrainingConfiguration) throws {
        let all = Options()
        let from = "\(given.startFile?.option ?? "") \(start.path)"
        let free = start.layers.filter { !$0.isKeptDense }
        if method.hasForwardSet {
            throw ConfigurationError.rejected(
                reason:
                    "\(from): \(method.name) begins with the largest of the values that a dense layer would have, not with "
                    + "given \(start.drawsWeights ? "connections" : "weights"); take another method")
        }
        if method.density == 1, let sparse = free.first(where: { $0.stored < $0.positions }) {
            throw ConfigurationError.rejected(
                reason:
                    "\(from): it stores \(sparse.stored) of the \(sparse.positions) weights of '\(sparse.name)', but "
                    + "\(method.name) trains all; take --\(all.method.name) static, or --\(all.denseLayers.name) "
                    + "'\(sparse.name)' for a layer whose missing weights are to begin with 0")
        }
        if self.softBound == true {
            throw ConfigurationError.rejected(
                reason:
                    "\(from): with --\(all.softBound.name) more weights are stored at first than the density asks for, but the "
                    + "file has as many as it has; leave it out")
        }
        if method.initialTopology == .constantFanIn { try start.checkRows(for: method.name) }
        try check(given.layerDensities, free, start.path)
        let (stored, positions) = free.reduce((0, 0)) { ($0.0 + $1.stored, $0.1 + $1.positions) }
        if positions > 0 && method.density == nil {
            let density = Double(stored) / Double(positions)
            let begins = method.options.contains { $0.name == all.initialDensity.name }
            if begins {
                try check(all.initialDensity, given.initialDensity, given, stored, positions, start.path)
                self.initialDensity = density
            } else {
                try check(all.density, given.density, given, stored, positions, start.path)
                self.density = density
            }
        }
        self.layerDensities = free.filter { $0.structure.storedCount(rows: 1, columns: 1) == nil }
            .map { LayerDensity(pattern: $0.name, density: $0.density) }
        // What the file has is not drawn.
        self.sampling = .exact
        (self.distribution, self.erkPower) = ("uniform", nil)
    }

    /// Refuses a density that was given and is not the file's, to half a percent.
    private func check<Value>(
        _ option: Option<Value>, _ density: Double?, _ given: TrainingConfiguration, _ stored: Int, _ positions: Int,
        _ path: String
    ) throws(ConfigurationError) {
        let own = Double(stored) / Double(positions)
        guard given.isGiven(option), let density, abs(density - own) > 0.005 * own else { return }
        throw .rejected(
            reason:
                "--\(option.name) \(density.optionText): \(path) stores \(stored) of \(positions) weights, a density of "
                + "\(Self.rounded(own)); leave it out")
    }

    /// The same of single layers.
    private func check(
        _ densities: [LayerDensity], _ layers: [StartingWeights.Layer], _ path: String
    ) throws(ConfigurationError) {
        for layer in layers {
            guard let given = densities.first(where: { LayerPattern($0.pattern).matches(layer.name) }) else { continue }
            let stored = StoredCount.of(density: given.density, positions: layer.unitPositions)
            if abs(stored - layer.units) <= max(1, layer.units / 200) { continue }
            throw .rejected(
                reason: "--\(Options().layerDensities.name) \(given.optionText): \(path) stores \(layer.stored) of the "
                    + "\(layer.positions) weights of '\(layer.name)', a density of "
                    + "\(Self.rounded(Double(layer.stored) / Double(layer.positions))); leave it out")
        }
    }

    private static func rounded(_ density: Double) -> String {
        let scale = 1e5
        return ((density * scale).rounded() / scale).optionText
    }

    /// Takes over what a run that goes on began with, which its checkpoint recorded.
    mutating func adopt(recorded: TrainingConfiguration) {
        (self.density, self.layerDensities, self.sampling) = (
            recorded.density, recorded.layerDensities, recorded.sampling
        )
        (self.distribution, self.erkPower) = (recorded.distribution, recorded.erkPower)
        if recorded.initialDensity != nil { self.initialDensity = recorded.initialDensity }
        self.standardization = self.standardization ?? recorded.standardization
    }
}
