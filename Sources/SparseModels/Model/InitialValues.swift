internal import SparseStore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// How stored weights begin: normal with mean 0 and variance 2 / n (He, Zhang, Ren, Sun, "Delving deep into rectifiers",
/// ICCV 2015), where n says how many inputs an output has.
public enum InitialValues: String, Sendable, CaseIterable {
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

    /// Values for the weights at `positions` (flat, row-major), in their order. The value at a position depends on seed,
    /// layer, position and n alone.
    /// - Parameter kernelElements: of a convolution; nil for a linear layer.
    public func values(
        rows: Int, columns: Int, kernelElements: Int? = nil, positions: [Int], seed: UInt64, layer: Int
    ) -> [Float] {
        precondition(rows > 0 && columns > 0)
        let random = CounterRandom(seed: seed, purpose: .initialValues, layer: layer)
        var fanIn: [Int] = []
        if self == .rowFanIn {
            fanIn = [Int](repeating: 0, count: rows)
            for position in positions { fanIn[position / columns] += 1 }
        }
        let layerFan =
            switch self {
            case .sparseFanIn: Double(max(positions.count, 1)) / Double(rows)
            case .heFanOut: kernelElements.map { Double(rows * $0) } ?? Double(6 * columns)
            case .denseFanIn, .rowFanIn: Double(columns)
            }
        return positions.map { position in
            let n = self == .rowFanIn ? Double(fanIn[position / columns]) : layerFan
            return Float(Self.normal(random.word(UInt64(position))) * (2 / n).squareRoot())
        }
    }

    /// A standard normal number from one random word (Box, Muller, 1958): its halves are the two uniform numbers.
    static func normal(_ word: UInt64) -> Double {
        let radius = (Double(word >> 32) + 1) * 0x1p-32
        let angle = Double(word & 0xFFFF_FFFF) * 0x1p-32
        return (-2 * log(radius)).squareRoot() * cos(2 * Double.pi * angle)
    }
}
