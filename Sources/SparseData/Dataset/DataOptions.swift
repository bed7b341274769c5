#if canImport(FoundationEssentials)
internal import FoundationEssentials
#else
internal import Foundation
#endif

/// How files are read.
public struct DataOptions: Sendable {
    /// The column of a CSV file that holds the class: its name in the header, its number from 1, first, last, or automatic:
    /// the header or the columns themselves must leave no doubt.
    public var target = "automatic"
    /// A CSV file with the test samples; without one, `testFraction` of each class is taken.
    public var testPath: String?
    /// Share of each class of a single CSV file that becomes the test part, by a rule that no seed changes.
    public var testFraction = 0.2
    /// CIFAR-100: the 20 coarse classes in place of the 100 fine ones.
    public var coarseLabels = false
    /// Bytes that data may take in memory; a file that needs more is refused before it is read. By default half of
    /// the machine's memory.
    public var memoryLimit = Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)

    /// Names of those that were asked for, as the command has them (`test-data`, ...): data that do not read one of them
    /// are refused.
    public var given: Set<String> = []

    /// Names of the options that some formats read and others do not.
    public static var ofFormats: Set<String> { DataFormats.all.reduce(into: []) { $0.formUnion($1.reads) } }

    public init() {}

    func check() throws(DataError) {
        guard testFraction > 0, testFraction < 1 else {
            throw DataError(
                .invalidOption, in: "test fraction", "\(testFraction)", expected: "a number between 0 and 1")
        }
        guard memoryLimit > 0 else {
            throw DataError(
                .invalidOption, in: "memory limit", "\(memoryLimit)", expected: "a positive number of bytes")
        }
    }
}
