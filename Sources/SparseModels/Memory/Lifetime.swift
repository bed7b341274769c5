/// From when to when an activation is needed in a training step. Each moment has two halves, one in which a layer reads and
/// one in which it writes: what is read for the last time leaves its memory to what is written then.
struct Lifetime: Equatable {
    var first: Int
    var last: Int

    func overlaps(_ other: Lifetime) -> Bool { first <= other.last && other.first <= last }

    /// Half moments between this one and the nearer neighbour among `others`, none of which it overlaps.
    func gap(to others: [Lifetime]) -> Int {
        others.map { $0.first > last ? $0.first - last : first - $0.last }.min() ?? Int.max
    }
}

/// The moments of a training step: layers forward, the loss, layers backward, and then the gradients of the parameters.
struct StepClock {
    let layers: Int

    func forward(_ layer: Int) -> Int { layer }
    var loss: Int { layers }
    func backward(_ layer: Int) -> Int { 2 * layers - layer }
    var end: Int { 2 * layers + 1 }

    static func read(_ moment: Int) -> Int { 2 * moment }
    static func write(_ moment: Int) -> Int { 2 * moment + 1 }
}
