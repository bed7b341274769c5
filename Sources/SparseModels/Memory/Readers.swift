/// Which layers read an output. On the way back the last of them comes first: it writes the gradient, the others add.
///
/// A sum that comes first has nothing to write but the gradient of its own output. If the layer after it can add to that,
/// the sum leaves it where it is: the gradient is first written by that layer.
struct Readers {
    private var lists: [Int: [Int]] = [:]
    /// By source, the sum that leaves its share.
    private var leaving: [Int: Int] = [:]

    init(_ nodes: [ModelNode]) {
        for (index, node) in nodes.enumerated() {
            lists[node.source ?? -1, default: []].append(index)
            if case .some(let branch) = node.branch { lists[branch ?? -1, default: []].append(index) }
        }
        for (source, readers) in lists where source >= 0 && readers.count > 1 {
            let (sum, next) = (readers[readers.count - 1], readers[readers.count - 2])
            if next != sum && nodes[sum].definition.passesGradient && nodes[next].definition.takesAddend {
                leaving[source] = sum
            }
        }
    }

    /// In order; a layer that reads the output twice is there twice. Nil: of the model's input.
    func of(_ source: Int?) -> [Int] { lists[source ?? -1] ?? [] }

    /// The sum that comes first on the way back and leaves its share of the gradient of `source`'s output in the gradient of
    /// its own.
    func sumLeaving(_ source: Int?) -> Int? { leaving[source ?? -1] }

    /// The layer that writes the gradient of `source`'s output first; nil: the loss.
    func firstWriter(of source: Int) -> Int? { of(source).dropLast(leaving[source] == nil ? 0 : 1).last }

    /// True when the gradient of `source`'s output has been written before `reader` comes.
    func addsGradient(of source: Int?, by reader: Int) -> Bool { of(source).last != reader }
}
