/// Who writes and who adds when several layers read the same output: on the way back the last reader comes first.
struct GradientPlaces {
    private var readers: [Int: [Int]] = [:]

    init(_ model: Model) {
        for (index, node) in model.nodes.enumerated() {
            readers[node.source ?? -1, default: []].append(index)
            if case .some(let branch) = node.branch { readers[branch ?? -1, default: []].append(index) }
        }
    }

    /// True when the gradient of `source`'s output has been written before `reader` comes.
    func addsGradient(_ source: Int?, by reader: Int) -> Bool { readers[source ?? -1]?.last != reader }

    /// True when no other layer reads `source`.
    func isOnlyReader(of source: Int?) -> Bool { readers[source ?? -1]?.count == 1 }
}
