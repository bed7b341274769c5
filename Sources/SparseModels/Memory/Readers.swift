/// Which layers read an output. On the way back the last of them comes first: it writes the gradient, the others add.
struct Readers {
    private var lists: [Int: [Int]] = [:]

    init(_ nodes: [ModelNode]) {
        for (index, node) in nodes.enumerated() {
            lists[node.source ?? -1, default: []].append(index)
            if case .some(let branch) = node.branch { lists[branch ?? -1, default: []].append(index) }
        }
    }

    /// In order; a layer that reads the output twice is there twice. Nil: of the model's input.
    func of(_ source: Int?) -> [Int] { lists[source ?? -1] ?? [] }

    /// True when the gradient of `source`'s output has been written before `reader` comes.
    func addsGradient(of source: Int?, by reader: Int) -> Bool { of(source).last != reader }
}
