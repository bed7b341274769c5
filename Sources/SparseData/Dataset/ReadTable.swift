internal import SparseStore

/// All samples of a table, before it is decided which of them are to test.
struct ReadTable: Sendable {
    let dataset: InMemoryDataset
    /// For each sample the number of the group that it belongs to, where the table has a column of those.
    var groups: [Int]?
    /// What was found, each in a sentence for the user.
    var remarks: [String]
}
