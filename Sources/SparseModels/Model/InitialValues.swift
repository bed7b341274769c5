public import SparseParts
package import SparseStore

/// How stored weights begin: normal with mean 0 and variance 2 / n (He, Zhang, Ren, Sun, "Delving deep into rectifiers",
/// ICCV 2015), where n says how many inputs an output has. Where a model says with which deviation the dense layer is to
/// begin, as GPT does, the values that follow n are scaled by as much as that differs from He's: with `sparse-fan-in` to the
/// model's deviation divided by the root of the density.
///
/// Closed, because the value at a position is a function of the position alone: methods that begin with the largest values
/// look for them among those of the whole dense layer (`denseField`), which are in no memory. A distribution that a program
/// draws by itself comes in as a file of weights, as what others trained does.
public enum InitialValues: String, OptionChoice {
    /// n = inputs * density of the layer.
    case sparseFanIn = "sparse-fan-in"
    /// n = stored weights of the row, which differs from row to row.
    case rowFanIn = "row-fan-in"
    /// n = inputs of the dense layer.
    case denseFanIn = "dense-fan-in"
    /// n = outputs * kernel elements of the dense convolution, and 6 * inputs in linear layers: what residual networks
    /// begin with in PyTorch, whose linear layers have variance 1 / (3 inputs). Their few outputs would give the classes
    /// too wide a start.
    case heFanOut = "he-fan-out"
    /// No n: standard deviation 0.1 in every layer, as in SET's code of 2018.
    case normal

    /// Values for the weights at `positions` (flat, row-major), in their order. The value at a position depends on seed,
    /// layer, position and n alone.
    /// - Parameters:
    ///   - rows: Outputs of the matrix.
    ///   - columns: Inputs of the matrix.
    ///   - kernelElements: of a convolution; nil for a linear layer.
    ///   - deviation: Of the dense layer, where the model says so.
    ///   - positions: Of the stored weights, ascending.
    ///   - seed: What the random draw follows from.
    ///   - layer: Place of the layer in the network.
    package func values(
        rows: Int, columns: Int, kernelElements: Int? = nil, deviation: Double? = nil, positions: [Int], seed: UInt64,
        layer: Int
    ) -> [Float] {
        precondition(rows > 0 && columns > 0)
        let random = CounterRandom(seed: seed, purpose: .initialValues, layer: layer)
        let gain = gain(deviation, columns: columns)
        if self != .rowFanIn {
            let deviation =
                self == .sparseFanIn
                ? gain * (2 / (Double(max(positions.count, 1)) / Double(rows))).squareRoot()
                : denseDeviation(rows: rows, columns: columns, kernelElements: kernelElements, gain: gain)
            return positions.map(NormalField(random, deviation: deviation).value)
        }
        var fanIn = [Int](repeating: 0, count: rows)
        for position in positions { fanIn[position / columns] += 1 }
        return positions.map { position in
            NormalField(random, deviation: gain * (2 / Double(fanIn[position / columns])).squareRoot())
                .value(at: position)
        }
    }

    /// The values of all positions, were the layer dense.
    package func denseField(
        rows: Int, columns: Int, kernelElements: Int? = nil, deviation: Double? = nil, seed: UInt64, layer: Int
    ) -> NormalField {
        NormalField(
            CounterRandom(seed: seed, purpose: .initialValues, layer: layer),
            deviation: denseDeviation(
                rows: rows, columns: columns, kernelElements: kernelElements,
                gain: gain(deviation, columns: columns)))
    }

    /// The values that a table begins with, which no method takes any of away: normal numbers of this deviation.
    /// - Parameter layer: Place of the layer in the network. Tables have streams that no matrix has.
    static func tableField(deviation: Double, seed: UInt64, layer: Int) -> NormalField {
        NormalField(
            CounterRandom(seed: seed, purpose: .initialValues, layer: firstTable | layer), deviation: deviation)
    }

    /// More than there are matrices in a network.
    private static let firstTable = 0x8000

    /// By how much the values of a layer are larger than He's.
    private func gain(_ deviation: Double?, columns: Int) -> Double {
        deviation.map { $0 / (2 / Double(columns)).squareRoot() } ?? 1
    }

    /// Standard deviation of a dense layer.
    private func denseDeviation(rows: Int, columns: Int, kernelElements: Int?, gain: Double) -> Double {
        switch self {
        case .normal: 0.1
        case .heFanOut: (2 / (kernelElements.map { Double(rows * $0) } ?? Double(6 * columns))).squareRoot()
        case .sparseFanIn, .rowFanIn, .denseFanIn: gain * (2 / Double(columns)).squareRoot()
        }
    }
}

extension Options {
    /// Starting values: sparse-fan-in, row-fan-in, dense-fan-in, he-fan-out, normal.
    public var initialization: Option<InitialValues> {
        Option(
            "init", .model, "NAME", .choice,
            default: .sparseFanIn, carryOver: .refused, "starting values of the weights")
    }
}
