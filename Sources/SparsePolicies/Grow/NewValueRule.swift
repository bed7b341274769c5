public import SparseParts
internal import SparseStore

/// Gives grown weights their starting values. Blocks always start at 0.
///
/// Closed, because these are what the published codes of the parts of `DropAndGrow` begin with. A policy of a program's own
/// gives any values, in the `TopologyChange` of its `LayerUpdate`.
public enum NewValueRule: String, OptionChoice {
    /// 0: the weight moves by its gradient only (RigL).
    case zero
    /// Uniform in +-sqrt(6 / inputs), the dense fan-in (SET's latest code).
    case heUniform = "he-uniform"
    /// Normal of variance 2 / (inputs x density of the layer).
    case fanInNormal = "fan-in-normal"
    /// Normal of standard deviation 0.1 (SET's code of 2018).
    case normal = "normal"

    /// One value per grown weight of the layer, or none when all are 0.
    func values(_ count: Int, in layer: LayerView, context: UpdateContext) -> [Float] {
        let (matrix, fanIn) = (layer.parameter.matrix, Double(layer.parameter.shape.fanIn))
        guard self != .zero && matrix.unitRows * matrix.unitColumns == 1 else { return [] }
        var random = context.random(.newValues, for: layer.parameter)
        switch self {
        case .zero: return []
        case .heUniform:
            let limit = (6 / fanIn).squareRoot()
            return (0..<count).map { _ in Float((2 * random.nextUnit() - 1) * limit) }
        case .fanInNormal:
            let density = Double(max(1, layer.count)) / Double(matrix.positionCount)
            let deviation = (2 / (fanIn * density)).squareRoot()
            return (0..<count).map { _ in Float(deviation * CounterRandom.normal(random.next())) }
        case .normal: return (0..<count).map { _ in Float(0.1 * CounterRandom.normal(random.next())) }
        }
    }
}

extension Options {
    /// Starting values of grown weights: zero, he-uniform, fan-in-normal, normal.
    public var newValues: Option<NewValueRule?> {
        .ofMethod("new-values", "NAME", .choice, "starting values of grown weights")
    }
}
