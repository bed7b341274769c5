public import SparseParts
package import SparseStore

/// How files are read.
@dynamicMemberLookup
public struct DataOptions: Sendable {
    /// The options of formats, such as `target`: those that the format reads.
    public var settings = Settings()
    /// Bytes that data may take in memory; a file that needs more is refused before it is read. By default half of
    /// what the process may use, of the machine or of its control group.
    public var memoryLimit = Int(clamping: max(1, ProcessLimits.memory / 2))

    /// What a network was trained on: a table is then read as that was, whatever else might be found in it.
    package var trained: TrainedColumns?

    /// Names of those that were asked for, as the command has them (`test-data`, ...): data that do not read one of them
    /// are refused.
    public var given: Set<String> = []

    /// Names of the options that some formats read and others do not.
    package static var ofFormats: Set<String> { Set(Parts.dataFormats.options.map(\.name)) }

    /// No option set: every format reads as it does by itself.
    public init() {}

    /// An option of a format by the name of its declaration: `options.testFraction`.
    public subscript<Value>(dynamicMember key: KeyPath<Options, Option<Value>>) -> Value {
        get { settings[dynamicMember: key] }
        set { settings[dynamicMember: key] = newValue }
    }

    func check() throws(DataError) {
        for option in Parts.dataFormats.options {
            do throws(OptionError) { try option.check(settings) } catch {
                throw DataError(
                    .invalidOption, in: "--\(option.name)", option.text(in: settings), expected: option.expected)
            }
        }
        guard memoryLimit > 0 else {
            throw DataError(
                .invalidOption, in: "memory limit", "\(memoryLimit)", expected: "a positive number of bytes")
        }
    }
}

/// What a trained network knows of the table that it was trained on.
package struct TrainedColumns: Sendable {
    /// Nil where it was no table.
    let columns: TableColumns?
    /// Numbers of a sample.
    let features: Int
    let classNames: [String]?
    let targets: TargetKind
    /// What its tokens stand for, of a network that reads a text.
    let vocabulary: Vocabulary?
    /// False when samples are only to be predicted.
    let needsTargets: Bool

    /// - Parameters:
    ///   - columns: What became of each column; nil where it was no table.
    ///   - features: Numbers of a sample.
    ///   - classNames: What the classes are called.
    ///   - targets: What the network finds.
    ///   - vocabulary: What its tokens stand for, of a network that reads a text.
    ///   - needsTargets: False when samples are only to be predicted.
    package init(
        columns: TableColumns?, features: Int, classNames: [String]?, targets: TargetKind,
        vocabulary: Vocabulary? = nil, needsTargets: Bool = true
    ) {
        self.vocabulary = vocabulary
        (self.features, self.needsTargets) = (features, needsTargets)
        (self.columns, self.classNames, self.targets) = (columns, classNames, targets)
    }
}
