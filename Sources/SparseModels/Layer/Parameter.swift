public import SparseStore

/// Values that an optimiser trains, with their gradient and the optimiser's state beside them.
public struct Parameter: Sendable {
    public enum Kind: Sendable {
        case weight, bias, normalization
    }

    public enum Storage: Sendable {
        case matrix(any SparseMatrix)
        case vector(ParameterVector)
    }

    /// Unique in the network, such as "fc1.weight".
    public let name: String
    public let kind: Kind
    public let storage: Storage

    public init(name: String, kind: Kind, storage: Storage) {
        self.name = name
        self.kind = kind
        self.storage = storage
    }

    /// The matrix of a sparse parameter.
    public var matrix: (any SparseMatrix)? {
        if case .matrix(let matrix) = storage { matrix } else { nil }
    }

    public var values: AlignedBuffer<Float> {
        switch storage {
        case .matrix(let matrix): matrix.values
        case .vector(let vector): vector.values
        }
    }

    public var gradient: AlignedBuffer<Float> {
        switch storage {
        case .matrix(let matrix): matrix.gradient
        case .vector(let vector): vector.gradient
        }
    }

    public var states: [AlignedBuffer<Float>] {
        switch storage {
        case .matrix(let matrix): matrix.states
        case .vector(let vector): vector.states
        }
    }

    /// Adds zeroed state arrays until there are `count`.
    public func reserveStates(_ count: Int) {
        while states.count < count {
            switch storage {
            case .matrix(let matrix): _ = matrix.addState()
            case .vector(let vector): vector.addState()
            }
        }
    }

    /// The values that a part of the work owns.
    func range(of part: Part) -> Range<Int> {
        switch storage {
        case .matrix(let matrix): matrix.storeRange(of: part)
        case .vector(let vector): part.range(of: vector.values.count, unit: 16)
        }
    }
}

/// A dense parameter: a bias, or the scale and shift of a normalisation.
public final class ParameterVector: @unchecked Sendable {
    public let values: AlignedBuffer<Float>
    public let gradient: AlignedBuffer<Float>
    /// State of the optimiser. Added to before training starts and only read since, hence the unchecked conformance.
    public private(set) var states: [AlignedBuffer<Float>] = []

    public init(count: Int, initially value: Float = 0) {
        values = AlignedBuffer(count: count)
        gradient = AlignedBuffer(count: count)
        values.fill(value)
    }

    func addState() { states.append(AlignedBuffer(count: values.count)) }
}

/// A buffer that is saved and restored by name.
public struct NamedBuffer: Sendable {
    public let name: String
    public let buffer: AlignedBuffer<Float>

    public init(name: String, buffer: AlignedBuffer<Float>) {
        self.name = name
        self.buffer = buffer
    }
}
