/// Some of a matrix's units, stored once more as a matrix of their own: what `forward` and `inputGradient` multiply by when
/// a method trains more weights than the network uses. The owner's values, gradients and optimiser state go on to be those
/// of all its units.
public final class ForwardSet: Sendable {
    /// The units of the set with their values.
    public let matrix: any SparseMatrix
    /// Place of each value of the set among the owner's values.
    private let places: AlignedBuffer<UInt32>
    /// What multiplies each of the owner's values in the gradient of the penalty; nil without one.
    private let pull: AlignedBuffer<Float>?

    /// - Parameters:
    ///   - matrix: The set's units, stored as the owner stores its own.
    ///   - penalty: Coefficient c of the penalty c w^2 / 2 of the owner's weights, divided by the set's density for those
    ///     that are not in the set.
    init(_ matrix: any SparseMatrix, of owner: any SparseMatrix, penalty: Float) {
        self.matrix = matrix
        places = AlignedBuffer(count: matrix.values.count)
        let density = Float(max(1, matrix.storedCount)) / Float(owner.positionCount)
        pull = penalty > 0 ? AlignedBuffer(count: owner.values.count) : nil
        pull?.fill(penalty / density)
        let (ownPositions, ownPlaces) = (owner.storedPositions(), owner.storeIndices())
        let area = owner.unitRows * owner.unitColumns
        var own = 0
        for (position, place) in zip(matrix.storedPositions(), matrix.storeIndices()) {
            while ownPositions[own] < position { own += 1 }
            for i in 0..<area {
                places.pointer[place + i] = UInt32(ownPlaces[own] + i)
                pull?.pointer[ownPlaces[own] + i] = penalty
            }
        }
        refresh(from: owner.values)
    }

    /// Positions of the set, ascending.
    public var positions: [Int] { matrix.storedPositions() }

    /// A bit for each of the owner's units (`stored`, ascending), in words: 1 for those in the set.
    package func bits(among stored: [Int]) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: (stored.count + 63) / 64)
        var own = 0
        for position in positions {
            while stored[own] < position { own += 1 }
            words[own / 64] |= 1 << UInt64(own % 64)
        }
        return words
    }

    /// Units in the set.
    public var count: Int { matrix.storedCount }

    var byteCount: Int { matrix.byteCount + places.byteCount + (pull?.byteCount ?? 0) }

    /// Takes over the owner's values, which have changed.
    func refresh(from values: AlignedBuffer<Float>) {
        let target = matrix.values.pointer
        for i in 0..<places.count { target[i] = values.pointer[Int(places.pointer[i])] }
        matrix.valuesHaveChanged()
    }

    /// Adds the gradient of the penalty to the owner's gradient, in a range of its store order.
    package func addPenalty(to stored: StoredValues, range: Range<Int>) {
        guard let pull else { return }
        precondition(
            range.lowerBound >= 0 && range.upperBound <= pull.count && stored.count == pull.count,
            "a range outside the matrix")
        let (gradient, values) = (stored.gradient, stored.values)
        for i in range { gradient.pointer[i] += pull.pointer[i] * values.pointer[i] }
    }
}

extension SparseMatrix {
    /// Refuses positions that do not ascend, or are not stored.
    func checkForward(_ positions: [Int]) throws(StoreError) {
        let stored = storedPositions()
        var own = 0
        for position in positions {
            while own < stored.count, stored[own] < position { own += 1 }
            guard own < stored.count, stored[own] == position else {
                throw .invalidStructure("position \(position) of the forward set is not stored, or not in its place")
            }
            own += 1
        }
    }
}
