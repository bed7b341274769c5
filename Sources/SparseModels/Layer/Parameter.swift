public import SparseStore

/// Values that an optimiser trains, with their gradient and the optimiser's state beside them.
public struct Parameter: Sendable {
    /// What the values are: weight decay may leave biases and normalisations alone.
    public enum Kind: Sendable {
        /// Weights of a matrix, or of a table.
        case weight
        /// What is added to outputs.
        case bias
        /// Factor or shift of a normalisation.
        case normalization
    }

    /// Where the values are.
    public enum Storage: Sendable {
        /// Of the stored positions of a matrix.
        case matrix(any SparseMatrix)
        /// Of a vector, or of a table, that has all.
        case vector(ParameterVector)
    }

    /// Unique in the network, such as "fc1.weight".
    public let name: String
    /// What it is in its layer, from which follows whether it decays.
    public let kind: Kind
    /// Where its values are.
    public let storage: Storage

    /// A parameter of a layer, named for the whole network.
    public init(name: String, kind: Kind, storage: Storage) {
        self.name = name
        self.kind = kind
        self.storage = storage
    }

    /// The matrix of a sparse parameter.
    public var matrix: (any SparseMatrix)? {
        if case .matrix(let matrix) = storage { matrix } else { nil }
    }

    /// The values with what lies beside them.
    public var stored: StoredValues {
        switch storage {
        case .matrix(let matrix): matrix.stored
        case .vector(let vector): vector.stored
        }
    }

    /// Extents of the values, were all there: [outputs, inputs] of a matrix, [count] of a vector, [rows, columns] of a table.
    public var extents: [Int] {
        switch storage {
        case .matrix(let matrix): [matrix.rows, matrix.columns]
        case .vector(let vector): vector.extents
        }
    }

    /// Arrays of `stored`.
    public var values: AlignedBuffer<Float> { stored.values }
    /// Gradient of each value, in the order of `values`.
    public var gradient: AlignedBuffer<Float> { stored.gradient }
    /// What the optimiser keeps, an array for each of its roles, in the order of `values`.
    public var states: [AlignedBuffer<Float>] { stored.states }

    /// Keeps states of these roles, in this order: those there are already, and new ones of zeros. Others are let go.
    package func reserveStates(_ roles: [OptimizerRole]) { stored.reserveStates(roles) }

    /// The values that a part of the work owns.
    func range(of part: Part) -> Range<Int> {
        switch storage {
        case .matrix(let matrix): matrix.storeRange(of: part)
        case .vector(let vector): vector.range(of: part)
        }
    }
}

/// A dense parameter: a bias, the scale and shift of a normalisation, or a table of rows of which no method takes any number away.
public final class ParameterVector: Sendable {
    /// Values, gradient and states together.
    public let stored: StoredValues
    /// [count] of a vector; [rows, columns] of a table, whose values lie row after row.
    public let extents: [Int]

    /// `count` parameters that all begin with `value`, with gradient 0.
    public init(count: Int, initially value: Float = 0) {
        stored = StoredValues(AlignedBuffer(count: count))
        extents = [count]
        values.fill(value)
    }

    /// A table of rows, all 0. Parts of it are whole rows.
    public init(rows: Int, columns: Int) {
        stored = StoredValues(AlignedBuffer(count: rows * columns))
        extents = [rows, columns]
    }

    /// The values that a part of the work owns.
    func range(of part: Part) -> Range<Int> {
        guard extents.count == 2 else { return part.range(of: values.count, unit: 16) }
        let rows = part.range(of: extents[0], unit: DenseMatrix.partUnit)
        return rows.lowerBound * extents[1]..<rows.upperBound * extents[1]
    }

    /// Arrays of `stored`.
    public var values: AlignedBuffer<Float> { stored.values }
    /// Gradient of each value, in the order of `values`.
    public var gradient: AlignedBuffer<Float> { stored.gradient }
    /// What the optimiser keeps, an array for each of its roles, in the order of `values`.
    public var states: [AlignedBuffer<Float>] { stored.states }
}

/// A buffer that is saved and restored by name.
public struct NamedBuffer: Sendable {
    /// Unique in the network, such as "bn1.mean".
    public let name: String
    /// Its numbers, which the layer goes on writing.
    public let buffer: AlignedBuffer<Float>

    /// A layer's buffer under the name that checkpoints give it.
    public init(name: String, buffer: AlignedBuffer<Float>) {
        self.name = name
        self.buffer = buffer
    }
}
