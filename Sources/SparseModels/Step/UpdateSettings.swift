/// What holds for all updates of a run, whichever the optimiser.
public struct UpdateSettings: Sendable, Equatable {
    /// Largest Euclidean norm of the gradient of all parameters together; a longer one is scaled down to it. Nil: as it
    /// is (Pascanu, Mikolov, Bengio, "On the difficulty of training recurrent neural networks", ICML 2013).
    public var clipNorm: Double?
    /// Whether weight decay applies to biases and to the scale and shift of normalisations, too.
    public var decaysVectors: Bool

    public init(clipNorm: Double? = nil, decaysVectors: Bool = true) {
        self.clipNorm = clipNorm
        self.decaysVectors = decaysVectors
    }
}

/// A parameter's gradient is NaN or infinite. Some values may have been updated with it.
public struct NonFiniteGradient: Error, Equatable, CustomStringConvertible {
    /// Name of the parameter, such as "fc1.weight".
    public let parameter: String

    public var description: String { "the gradient of \(parameter) is not finite" }
}
