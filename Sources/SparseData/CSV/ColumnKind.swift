/// What the entries of a column look like.
enum ColumnKind: Equatable {
    /// A single value, or none.
    case constant
    /// Texts, of which some repeat.
    case texts
    /// Whole numbers as classes are numbered: 0 to k - 1, 1 to k, or -1 and 1, most of them more than once.
    case codes
    /// Other whole numbers: few, and each many times; or many.
    case fewIntegers, manyIntegers
    /// Numbers with fractions.
    case fractions
    /// Texts that never repeat, texts among numbers, or more of them than any classes.
    case noClasses

    /// Whole numbers of so many values may be quantities.
    private static let fewClasses = 20

    init(_ column: ClassColumn, _ list: ClassList) {
        let samples = column.indices.count
        let (present, distinct) = (column.present, list.names.count)
        if column.hasTooMany {
            let isNumeric = column.entries.allSatisfy { $0.number != nil }
            self =
                isNumeric ? (list.classes.keys.contains(where: \.isFraction) ? .fractions : .manyIntegers) : .noClasses
        } else if distinct < 2 {
            self = .constant
        } else if !list.isNumeric {
            if present.contains(where: { $0.number != nil || FieldProblem.hasCommas($0.bytes) }) {
                self = present.allSatisfy { $0.number != nil } ? .manyIntegers : .noClasses
            } else {
                self = distinct <= max(2, samples / 2) ? .texts : .noClasses
            }
        } else if list.classes.keys.contains(where: \.isFraction) {
            self = .fractions
        } else {
            let values = list.names.compactMap { Int($0) }
            let (least, largest) = (values.min() ?? 0, values.max() ?? 0)
            let isContiguous = (0...1).contains(least) && largest - least == distinct - 1
            if isContiguous || values == [-1, 1], distinct <= max(2, samples / 2) {
                self = .codes
            } else {
                self = distinct <= max(2, min(ColumnKind.fewClasses, samples / 3)) ? .fewIntegers : .manyIntegers
            }
        }
    }
}

extension ClassList.Key {
    fileprivate var isFraction: Bool { if case .fraction = self { true } else { false } }
}
