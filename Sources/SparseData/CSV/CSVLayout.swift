/// What is kept of each column of a table.
struct CSVLayout {
    struct Role {
        /// Where among a sample's values the number goes; -1: nowhere.
        var slot = -1
        /// Which of the columns of possible classes it is; -1: none of them.
        var candidate = -1
        /// True when its entries are texts even where they look like numbers.
        var isText = false
    }

    let roles: [Role]
    /// Columns that may hold the classes.
    let candidates: [Int]
    /// Columns that hold the numbers to be found, in the order of `--target`; their slots are the last.
    let targets: [Int]
    /// The column of each slot.
    let columns: [Int]
    /// How a test table differs from the training table, for the user.
    var remarks: [String] = []

    /// The column of the groups that samples belong to, whose slot is the last of all.
    let group: Int?

    /// Values kept of each sample.
    var stride: Int { columns.count }
    /// Slots of features.
    var featureCount: Int { stride - targets.count - (group == nil ? 0 : 1) }

    /// The classes are in `target`, and all other columns are features, in their order.
    init(width: Int, target: Int) { self.init(width: width, target: target, TableColumnOptions()) }

    /// The classes are in `target`; the other columns that are read are features, in their order.
    init(width: Int, target: Int, _ options: TableColumnOptions) {
        let features = (0..<width).filter { $0 != target && !options.isIgnored($0) }
        self.init(
            width: width, candidates: [target], features: features, targets: [], texts: options.texts,
            group: options.group)
    }

    /// The numbers of `targets` are to be found.
    init(width: Int, targets: [Int], _ options: TableColumnOptions) {
        let features = (0..<width).filter { !targets.contains($0) && !options.isIgnored($0) }
        self.init(
            width: width, candidates: [], features: features, targets: targets, texts: options.texts,
            group: options.group)
    }

    /// The classes are in the first or the last column that is read, which shows at the end: both are kept.
    init(undecided width: Int, _ options: TableColumnOptions) {
        let features = (0..<width).filter { !options.isIgnored($0) }
        let ends = [features.first ?? 0, features.last ?? 0]
        self.init(
            width: width, candidates: ends, features: features, targets: [], texts: options.texts,
            group: options.group)
    }

    /// - Parameters:
    ///   - features: The columns of the first slots.
    ///   - targets: Those of the slots after them.
    ///   - group: That of the last slot.
    init(
        width: Int, candidates: [Int], features: [Int], targets: [Int], texts: Set<Int>, group: Int? = nil
    ) {
        var roles = Array(repeating: Role(), count: width)
        let columns = features + targets + (group.map { [$0] } ?? [])
        for (slot, column) in columns.enumerated() { roles[column].slot = slot }
        for (candidate, column) in candidates.enumerated() { roles[column].candidate = candidate }
        for column in features where texts.contains(column) { roles[column].isText = true }
        if let group { roles[group].isText = true }
        (self.roles, self.candidates, self.targets) = (roles, candidates, targets)
        (self.columns, self.group) = (columns, group)
    }

    /// The slots of the features, now that the classes are known to be in `target`; they follow each other.
    func featureSlots(without target: Int?) -> Range<Int> {
        switch target.map({ roles[$0].slot }) ?? -1 {
        case -1: 0..<featureCount
        case 0: 1..<featureCount
        default: 0..<(featureCount - 1)
        }
    }
}

/// Columns, from 0, that were told to be something.
struct TableColumnOptions {
    var ignored: Set<Int> = []
    var texts: Set<Int> = []
    /// The column of the groups.
    var group: Int?

    /// No feature.
    func isIgnored(_ column: Int) -> Bool { ignored.contains(column) || column == group }
}
