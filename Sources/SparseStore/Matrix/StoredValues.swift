/// What an optimiser keeps beside each value, by the part that it plays. Two roles have names here; an optimiser of your own
/// adds others: `static let age: OptimizerRole = "age"`.
public struct OptimizerRole: Hashable, Sendable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The average of past gradients that a step follows: the velocity of SGD with momentum, the first moment of Adam.
    public static let momentum: OptimizerRole = "momentum"
    /// The average of squared gradients.
    public static let secondMoment: OptimizerRole = "second moment"

    /// The name.
    public let description: String

    /// The role called so, as in checkpoints.
    public init(_ name: String) { description = name }
    public init(stringLiteral name: String) { description = name }
}

/// An array parallel to the stored values.
public enum ParallelArray: Hashable, Sendable {
    /// The weights.
    case values
    /// Their gradient.
    case gradient
    /// What the optimiser keeps for each.
    case state(OptimizerRole)
}

/// The numbers of stored weights, one array beside the other: values, gradient, and what an optimiser keeps for each. The one
/// place where they are 32-bit floats that may be read and written; a store that multiplies by anything else derives it from
/// them, and is told when they have changed (`SparseMatrix.valuesHaveChanged`).
///
/// Tasks of one step write disjoint ranges of the arrays. Which arrays there are changes between steps only, by the one thread
/// that changes the matrix, hence the unchecked conformance.
public final class StoredValues: @unchecked Sendable {
    /// The weights.
    public private(set) var values: AlignedBuffer<Float>
    /// Loss gradient of each value.
    public private(set) var gradient: AlignedBuffer<Float>
    /// What the states are, in their order.
    public private(set) var roles: [OptimizerRole] = []
    /// One array for each role.
    public private(set) var states: [AlignedBuffer<Float>] = []

    /// Takes the values; gradient 0, no states.
    package init(_ values: AlignedBuffer<Float>) {
        self.values = values
        gradient = AlignedBuffer(count: values.count)
    }

    /// Values in each array.
    public var count: Int { values.count }

    /// Bytes of all arrays.
    package var byteCount: Int { (2 + states.count) * values.byteCount }

    /// - Precondition: A state is one that is kept.
    public subscript(array: ParallelArray) -> AlignedBuffer<Float> {
        switch array {
        case .values: return values
        case .gradient: return gradient
        case .state(let role):
            guard let index = roles.firstIndex(of: role) else { preconditionFailure("nothing keeps a \(role) here") }
            return states[index]
        }
    }

    /// Keeps states of these roles, in this order: those there are already, and new ones of zeros. Others are let go.
    package func reserveStates(_ wanted: [OptimizerRole]) {
        if roles == wanted { return }
        states = wanted.map { role in
            roles.firstIndex(of: role).map { states[$0] } ?? AlignedBuffer(count: values.count)
        }
        roles = wanted
    }

    /// Brings values and states into a new order of units; the gradient becomes 0. While the number of weights stays, no new
    /// array is needed: the gradient's content has served its purpose, so each array moves into the buffer that the one before
    /// it left.
    /// - Parameters:
    ///   - sources: For each unit its index before, or the number of units before plus its index among the grown ones.
    ///   - area: Weights of a unit.
    ///   - change: What the grown units begin with.
    ///   - clear: Makes what must stay 0 in an array 0, where units have padding.
    func move(
        _ sources: AlignedBuffer<UInt32>, area: Int = 1, change: TopologyChange, workers: Workers,
        clear: ((AlignedBuffer<Float>) -> Void)? = nil
    ) {
        let (before, count) = (values.count / area, sources.count * area)
        let grown = StoredValues.grownPlaces(sources, before: before, count: change.grown.count)
        var free = count == values.count ? gradient : AlignedBuffer<Float>(count: count)
        func move(_ source: AlignedBuffer<Float>, fresh: [Float]) -> AlignedBuffer<Float> {
            let target = free
            StoredValues.gather(source, sources, area: area, into: target, workers)
            let (to, from) = (target.pointer, sources.pointer)
            let isPerWeight = fresh.count == change.grown.count * area
            for place in grown {
                let index = Int(from[Int(place)]) - before
                for i in 0..<area {
                    to[Int(place) * area + i] = fresh.isEmpty ? 0 : fresh[isPerWeight ? index * area + i : index]
                }
            }
            if !fresh.isEmpty { clear?(target) }
            free = count == source.count ? source : AlignedBuffer(count: count)
            return target
        }
        values = move(values, fresh: change.grownValues)
        for i in states.indices { states[i] = move(states[i], fresh: change.grownStates[roles[i]] ?? []) }
        gradient = free
        gradient.fill(0)
    }

    /// Places of the units whose source lies behind the old ones, of which there are `count`.
    private static func grownPlaces(_ sources: AlignedBuffer<UInt32>, before: Int, count: Int) -> [UInt32] {
        // Where they lie is chance: each index is written, and overwritten by the next unless it counts.
        [UInt32](unsafeUninitializedCapacity: count + 1) { places, n in
            let (from, known) = (sources.pointer, UInt32(before))
            var found = 0
            for i in 0..<UInt32(sources.count) where found < count {
                places[found] = i
                found &+= from[Int(i)] >= known ? 1 : 0
            }
            n = found
        }
    }

    /// Unit i of the target = unit sources[i] of the source, where there is one.
    private static func gather(
        _ source: AlignedBuffer<Float>, _ sources: AlignedBuffer<UInt32>, area: Int,
        into target: AlignedBuffer<Float>, _ workers: Workers
    ) {
        if source.count == 0 { return }
        let tasks = max(1, min(workers.parts, target.count / 16384))
        workers.run(tasks: tasks) { task in
            let (from, places, to, last) = (source.pointer, sources.pointer, target.pointer, source.count / area - 1)
            let mine = Part(task, of: tasks).range(of: sources.count)
            if area == 1 {
                for i in mine { to[i] = from[min(Int(places[i]), last)] }
            } else {
                for i in mine { (to + i * area).update(from: from + min(Int(places[i]), last) * area, count: area) }
            }
        }
    }
}
