/// Which layers read an output. On the way back the last of them comes first: it writes the gradient, the others add.
///
/// A sum that comes first has nothing to write but the gradient of its own output. If the layer after it can add to that,
/// the sum leaves it where it is: the gradient is first written by that layer.
struct Readers {
    private var lists: [ModelSource: [Int]] = [:]
    /// By source, the sum that leaves its share.
    private var leaving: [ModelSource: Int] = [:]

    init(_ nodes: [ModelNode]) {
        for (index, node) in nodes.enumerated() {
            for source in node.sources { lists[source, default: []].append(index) }
        }
        for (source, readers) in lists where source.layer != nil && readers.count > 1 {
            let (sum, next) = (readers[readers.count - 1], readers[readers.count - 2])
            if next != sum && nodes[sum].definition.passesGradient && nodes[next].definition.takesAddend {
                leaving[source] = sum
            }
        }
    }

    /// In order; a layer that reads the output twice is there twice.
    func of(_ source: ModelSource) -> [Int] { lists[source] ?? [] }

    /// The sum that comes first on the way back and leaves its share of the gradient of `source` in the gradient of its own
    /// output.
    func sumLeaving(_ source: ModelSource) -> Int? { leaving[source] }

    /// The layer that writes the gradient of `source` first; nil: the loss.
    func firstWriter(of source: ModelSource) -> Int? {
        of(source).dropLast(leaving[source] == nil ? 0 : 1).last
    }

    /// True when the gradient of `source` has been written before `reader` comes.
    func addsGradient(of source: ModelSource, by reader: Int) -> Bool { of(source).last != reader }
}
