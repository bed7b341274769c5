extension SparseMatrix {
    public func elements(of array: ParallelArray) -> [Float] { buffer(of: array).array }

    public func setElements(of array: ParallelArray, to elements: [Float]) {
        let buffer = buffer(of: array)
        precondition(elements.count == buffer.count, "one element per stored weight")
        _ = buffer.elements.update(fromContentsOf: elements)
    }

    private func buffer(of array: ParallelArray) -> AlignedBuffer<Float> {
        switch array {
        case .values: values
        case .gradient: gradient
        case .state(let index): states[index]
        }
    }
}

extension CSRMatrix {
    public func elements(of array: ParallelArray) -> [Float] { storedScores(of: array) }

    public func setElements(of array: ParallelArray, to elements: [Float]) {
        let target = self.array(array)
        precondition(elements.count == target.count, "one element per stored weight")
        var next = 0
        forEachSegment { segment in
            for i in segment.store {
                target.pointer[i] = elements[next]
                next += 1
            }
        }
    }
}
