extension SparseMatrix {
    public func elements(of array: ParallelArray) -> [Float] { stored[array].array }

    public func setElements(of array: ParallelArray, to elements: [Float]) {
        precondition(elements.count == stored.count, "one element per stored weight")
        _ = stored[array].elements.update(fromContentsOf: elements)
    }
}

extension CSRMatrix {
    public func elements(of array: ParallelArray) -> [Float] { storedScores(of: array) }

    public func setElements(of array: ParallelArray, to elements: [Float]) {
        precondition(elements.count == stored.count, "one element per stored weight")
        let target = stored[array]
        var next = 0
        forEachSegment { segment in
            for i in segment.store {
                target.pointer[i] = elements[next]
                next += 1
            }
        }
    }
}
