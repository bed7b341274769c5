internal import Foundation
internal import SparseModels
internal import SparseStore

/// What a checkpoint holds, layer by layer, without the data it was trained on.
public struct Inspection: Encodable, Sendable {
    /// Numbers that a layer has one of for each input or output.
    public struct Distribution: Encodable, Sendable, Equatable {
        /// Smallest.
        public var minimum: Double
        /// A quarter lies below.
        public var lowerQuartile: Double
        /// Half lies below.
        public var median: Double
        /// Three quarters lie below.
        public var upperQuartile: Double
        /// Largest.
        public var maximum: Double
        /// Arithmetic mean.
        public var mean: Double

        enum CodingKeys: String, CodingKey {
            case minimum, median, maximum, mean
            case lowerQuartile = "lower_quartile"
            case upperQuartile = "upper_quartile"
        }

        /// Quartiles lie between the two numbers next to them, in proportion.
        /// - Parameter values: At least one.
        init(_ values: [Double]) {
            precondition(!values.isEmpty, "a distribution of no numbers")
            let sorted = values.sorted()
            func quantile(_ share: Double) -> Double {
                let place = share * Double(sorted.count - 1)
                let below = Int(place)
                let above = min(below + 1, sorted.count - 1)
                return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
            }
            (minimum, maximum) = (sorted[0], sorted[sorted.count - 1])
            (lowerQuartile, median, upperQuartile) = (quantile(0.25), quantile(0.5), quantile(0.75))
            mean = values.reduce(0, +) / Double(values.count)
        }
    }

    /// A weight and where it is.
    public struct Weight: Encodable, Sendable, Equatable {
        /// Output.
        public var row: Int
        /// Input.
        public var column: Int
        /// The weight.
        public var value: Float
    }

    /// A matrix of weights.
    public struct Layer: Encodable, Sendable {
        /// The name of the weights, such as "fc1".
        public var name: String
        /// How it is stored: csr, block4, block8, block16 or dense.
        public var structure: String
        /// Outputs, and inputs of each (of a convolution times kernel elements).
        public var shape: [Int]
        /// Stored weights.
        public var stored: Int
        /// Their share of all.
        public var density: Double
        /// Stored weights that the forward pass uses, of a method that trains more than it uses.
        public var forward: Int?
        /// Bytes of values and positions in the checkpoint, without the optimiser's.
        public var bytes: Int
        /// Stored weights of each output.
        public var fanIn: Distribution
        /// Stored weights of each input.
        public var fanOut: Distribution
        /// Inputs that no stored weight touches.
        public var deadInputs: Int
        /// Outputs that no stored weight touches.
        public var deadOutputs: Int
        /// Outputs through which no path of stored weights goes from the network's inputs to its output; nil where the checkpoint
        /// does not say how layers are connected.
        public var idleOutputs: Int?
        /// For each output the sum of the absolute weights of its inputs: the neuron importance of importance pruning (Curci,
        /// Mocanu, Pechenizkiy, "Truly sparse neural networks at scale", 2021).
        public var importance: Distribution
        /// Those of largest absolute value.
        public var largest: [Weight]

        enum CodingKeys: String, CodingKey {
            case name, structure, shape, stored, density, forward, bytes, importance, largest
            case fanIn = "fan_in"
            case fanOut = "fan_out"
            case deadInputs = "dead_inputs"
            case deadOutputs = "dead_outputs"
            case idleOutputs = "idle_outputs"
        }
    }

    /// The program that wrote the checkpoint.
    public var release: String
    /// Version of the checkpoint's format.
    public var formatVersion: String
    /// The model's name; nil in files of version 1.
    public var model: String?
    /// Weight updates done.
    public var step: Int
    /// Layer by layer, in the order of the network.
    public var layers: [Layer]
    /// Stored weights of all layers.
    public var stored: Int
    /// Their share of all positions.
    public var density: Double
    /// Bytes of the file.
    public var fileBytes: Int
    /// Share of each input channel, or feature, in the sum over all paths of products of absolute weights; nil where the
    /// checkpoint does not say how layers are connected.
    public var inputImportance: [Double]?
    /// What the inputs are called, if they came from a table with a header.
    public var inputNames: [String]?

    enum CodingKeys: String, CodingKey {
        case release, model, step, layers, stored, density
        case formatVersion = "format_version"
        case fileBytes = "file_bytes"
        case inputImportance = "input_importance"
        case inputNames = "input_names"
    }

    /// - Parameters:
    ///   - path: A checkpoint, of any format version.
    ///   - largest: How many of each layer's largest weights to name.
    /// - Throws: `TrainedModelError`.
    public init(contentsOf path: String, largest: Int = 5) throws {
        do {
            try self.init(SafetensorsFile(path: path), largest: largest)
        } catch let error as SafetensorsFile.Damage {
            throw TrainedModelError(path: path, reason: error.description)
        } catch let error as ModelError {
            throw TrainedModelError(path: path, reason: error.description)
        }
    }

    init(_ file: SafetensorsFile, largest: Int) throws {
        try CheckpointMetadata.checkVersion(of: file)
        release = file.metadata["release"] ?? ""
        formatVersion = file.metadata["format_version"] ?? ""
        step = try CheckpointMetadata.state(of: file).run.step
        let reader = NetworkReader(file: file, workers: Workers(threads: 1))
        let matrices: [(name: String, matrix: any SparseMatrix)]
        var onPaths: [[Bool]]?
        if file.metadata[NetworkDescription.modelKey] != nil {
            let network = try reader.network(batchSize: 1)
            matrices = zip(network.model.weightShapes, network.weights).map { ($0.name, $1) }
            onPaths = network.outputsOnPaths
            model = network.model.name
            inputImportance = network.inputImportance
            inputNames = try NetworkDescription(of: file).columns?.featureNames
        } else {
            matrices = try reader.matrices()
        }
        layers = matrices.enumerated().map { index, layer in
            Layer(layer.name, layer.matrix, idle: onPaths.map { $0[index].count { !$0 } }, largest: largest)
        }
        stored = layers.reduce(0) { $0 + $1.stored }
        let positions = matrices.reduce(0.0) { $0 + Double($1.matrix.rows) * Double($1.matrix.columns) }
        density = positions > 0 ? Double(stored) / positions : 0
        fileBytes = file.byteCount
    }
}

extension Inspection.Layer {
    fileprivate init(_ name: String, _ matrix: any SparseMatrix, idle: Int?, largest count: Int) {
        self.name = name
        structure = matrix.format
        shape = [matrix.rows, matrix.columns]
        stored = matrix.storedWeights
        density = Double(stored) / (Double(matrix.rows) * Double(matrix.columns))
        forward = matrix.forwardSet?.matrix.storedWeights
        // As files hold it: a number a value, and for units positions as compressed rows.
        let positions = matrix.format == "dense" ? 0 : matrix.storedCount + matrix.unitsDown + 1
        bytes = 4 * (matrix.storedCount * matrix.unitRows * matrix.unitColumns + positions)
        var ofRow = [Double](repeating: 0, count: matrix.rows)
        var ofColumn = [Double](repeating: 0, count: matrix.columns)
        var sums = ofRow
        var top = LargestWeights(count)
        matrix.forEachStoredWeight { row, column, value in
            ofRow[row] += 1
            ofColumn[column] += 1
            sums[row] += Double(abs(value))
            top.offer(Inspection.Weight(row: row, column: column, value: value))
        }
        fanIn = Inspection.Distribution(ofRow)
        fanOut = Inspection.Distribution(ofColumn)
        importance = Inspection.Distribution(sums)
        (deadOutputs, deadInputs) = (ofRow.count { $0 == 0 }, ofColumn.count { $0 == 0 })
        idleOutputs = idle
        largest = top.weights
    }
}

/// The weights of largest absolute value of those that were offered, in falling order; of equal ones those that came first.
private struct LargestWeights {
    private let count: Int
    private(set) var weights: [Inspection.Weight] = []

    init(_ count: Int) { self.count = count }

    mutating func offer(_ weight: Inspection.Weight) {
        if weights.count == count, let last = weights.last, abs(weight.value) <= abs(last.value) { return }
        guard count > 0 else { return }
        let place = weights.firstIndex { abs($0.value) < abs(weight.value) } ?? weights.count
        weights.insert(weight, at: place)
        if weights.count > count { weights.removeLast() }
    }
}
