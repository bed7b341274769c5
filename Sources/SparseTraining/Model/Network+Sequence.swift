internal import SparseData
internal import SparseModels

extension Network {
    /// Tells the layers that look at sequences which lanes of a batch belong together: the one place where it is said.
    func reads(_ sequence: SequenceShape?) {
        if let sequence { sequenceLength = sequence.length }
    }
}
