public import SparseParts

/// Chooses the units to drop. Rules that look at one layer at a time conform to `LayerDropRule`.
public protocol DropRule: Sendable {
    /// Numbers that a checkpoint must keep.
    var state: [String: Double] { get set }
    /// Whether the schedule's fraction says how much goes.
    var followsSchedule: Bool { get }
    /// What each layer loses.
    /// - Parameters:
    ///   - layers: The layers that may change.
    ///   - fraction: the schedule's value at this step.
    ///   - context: Step, seed and threads of the update.
    mutating func victims(
        of layers: [LayerView], fraction: Double, context: UpdateContext
    ) throws(PolicyError) -> [Victims]
}

extension DropRule {
    public var state: [String: Double] {
        get { [:] }
        set {}
    }
    public var followsSchedule: Bool { true }
}

/// A drop rule that treats every layer by itself.
public protocol LayerDropRule: DropRule {
    /// Indices of the victims in `layer.positions`, ascending; at most `layer.dropLimit`.
    func victims(of layer: LayerView, fraction: Double) throws(PolicyError) -> [Int]
}

extension LayerDropRule {
    public func victims(
        of layers: [LayerView], fraction: Double, context: UpdateContext
    ) throws(PolicyError) -> [Victims] {
        try layers.map { layer throws(PolicyError) in
            Victims(replaced: try victims(of: layer, fraction: fraction))
        }
    }
}

extension Parts {
    /// Makes a drop rule from the settings of a method.
    public typealias MakeDropRule = @Sendable (Settings) -> any DropRule

    /// The drop rules known by name.
    public static let dropRules = Registry<MakeDropRule>(
        "drop rule",
        [
            .init("magnitude", "the smallest absolute values, int(f n) of them") { _ in MagnitudeDrop() },
            .init("magnitude-ceil", "the smallest absolute values, ceil(f n) of them") { _ in
                MagnitudeDrop(rounding: .up)
            },
            .init("signed-magnitude", "the positive values nearest 0, and the negative ones, round(f n) of each") { _ in
                SignedMagnitudeDrop()
            },
            .init("set2018", "SET's code of 2018: one or two more of each sign") { _ in SET2018Drop() },
            .init("sensitivity", "the smallest |w| + lambda |g|, ceil(f n) of them", options: [\.dropLambda]) {
                SensitivityDrop(lambda: $0.dropLambda ?? 0)
            },
        ])
}

extension Options {
    /// Which weights go.
    public var dropRule: Option<String?> {
        .ofMethod("drop-rule", "NAME", .oneOf(Parts.dropRules.names), "which weights go")
    }
}

/// The units that a drop rule takes from a layer, as indices in `LayerView.positions`.
public struct Victims: Sendable, Equatable {
    /// Dropped to be replaced: by default the layer grows as many. Ascending.
    public var replaced: [Int]
    /// Taken out without replacement, as a falling density has it. Ascending, apart from `replaced`.
    public var removed: [Int]

    /// Units to drop, each list ascending, none in both.
    public init(replaced: [Int], removed: [Int] = []) {
        self.replaced = replaced
        self.removed = removed
    }

    /// All of them, ascending.
    public var all: [Int] { removed.isEmpty ? replaced : (replaced + removed).sorted() }
    /// How many they are.
    public var count: Int { replaced.count + removed.count }
}
