internal import SparseModels
internal import SparsePolicies
internal import SparseStore

/// Gives a network the connections and numbers of a checkpoint.
struct NetworkRestorer {
    let file: SafetensorsFile
    let network: Network
    /// What the optimiser keeps beside the values. Files number its arrays in this order.
    let states: [OptimizerRole]
    /// True when the run goes on with other options: what the file has no array for then begins at 0.
    let overriding: Bool

    /// - Throws: `SafetensorsFile.Damage`.
    func restore() throws {
        for parameter in network.parameters {
            if let matrix = parameter.matrix, parameter.isSparse { try restoreTopology(matrix, parameter.name) }
            parameter.reserveStates(states)
            for (index, role) in states.enumerated() {
                let name = parameter.tensorName("optimizer.\(index)")
                if overriding && !file.has(name) { continue }
                try fill(parameter, .state(role), name)
            }
            let gradient = parameter.tensorName("gradient")
            if file.has(gradient) { try fill(parameter, .gradient, gradient) }
        }
        try restoreValues()
    }

    /// The numbers that the network computes with, where its connections are those of the file already.
    /// - Throws: `SafetensorsFile.Damage`.
    func restoreValues() throws {
        for parameter in network.parameters { try fill(parameter, .values, parameter.valuesName) }
        for buffer in network.buffers { try file.fill(buffer.buffer, from: buffer.name) }
    }

    private func fill(_ parameter: Parameter, _ array: ParallelArray, _ name: String) throws {
        let values = try file.floats(name, count: parameter.values.count)
        guard try file.shape(of: name) == parameter.shape else {
            throw SafetensorsFile.Damage("tensor '\(name)' has not the shape \(parameter.shape)")
        }
        parameter.setElements(of: array, to: values)
    }

    private func restoreTopology(_ matrix: any SparseMatrix, _ name: String) throws {
        let rows = try CompressedRows(
            starts: file.integers(name + ".crow_indices"), columns: file.integers(name + ".col_indices"), for: matrix,
            name: name)
        let (old, new) = (matrix.storedPositions(), rows.positions)
        do throws(StoreError) {
            try matrix.apply(
                TopologyChange(
                    dropped: SortedPositions.subtract(new, from: old), grown: SortedPositions.subtract(old, from: new)),
                workers: network.workers)
        } catch {
            throw SafetensorsFile.Damage("the connections of '\(name)': \(error)")
        }
    }
}
