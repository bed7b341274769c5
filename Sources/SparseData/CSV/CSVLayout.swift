/// What is kept of each column of a table.
struct CSVLayout {
    struct Role {
        /// Where among a sample's values the number goes; -1: nowhere.
        var slot: Int
        /// Which of the columns of possible classes it is; -1: none of them.
        var candidate: Int
    }

    let roles: [Role]
    /// Columns that may hold the classes.
    let candidates: [Int]
    /// Values kept of each sample.
    let stride: Int
    /// How a test table differs from the training table, for the user.
    var remarks: [String] = []

    /// The classes are in `target`, and all other columns are features, in their order.
    init(width: Int, target: Int) {
        self.init(target: target, slots: (0..<width).map { $0 < target ? $0 : $0 - 1 })
    }

    /// The classes are in `target`; a feature goes to its slot.
    init(target: Int, slots: [Int]) {
        roles = slots.indices.map { $0 == target ? Role(slot: -1, candidate: 0) : Role(slot: slots[$0], candidate: -1) }
        candidates = [target]
        stride = slots.count - 1
    }

    /// The classes are in the first or the last column, which shows at the end: both are kept.
    init(undecided width: Int) {
        roles = (0..<width).map { Role(slot: $0, candidate: $0 == 0 ? 0 : $0 == width - 1 ? 1 : -1) }
        candidates = [0, width - 1]
        stride = width
    }
}
