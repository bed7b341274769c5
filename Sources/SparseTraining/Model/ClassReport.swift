internal import Foundation
internal import SparseStore

/// How a classifier does class by class.
public struct ClassReport: Codable, Sendable, Equatable {
    /// One class.
    public struct Class: Codable, Sendable, Equatable {
        /// The class.
        public var name: String
        /// Samples of the class.
        public var samples: Int
        /// Share of the samples taken for this class that are of it; nil when none was taken for it.
        public var precision: Double?
        /// Share of the class's samples that were taken for it; nil when there are none.
        public var recall: Double?
        /// Harmonic mean of precision and recall, 2 hits / (samples + taken for it); nil when there are neither.
        public var f1: Double?
    }

    /// Class by class, in the order of their labels.
    public var classes: [Class]
    /// Samples by the class that they are of (rows) and the class that they were taken for (columns).
    public var confusion: [[Int]]
    /// Area under the ROC curve of the second class, for two classes with samples of both: the share of pairs of samples, one of
    /// each class, in which that of the second class has the larger output; half a pair where they are equal.
    public var auc: Double?
    /// Expected calibration error with 15 bins of equal width (Guo, Pleiss, Sun, Weinberger, "On calibration of modern neural
    /// networks", ICML 2017): the mean over the samples of |accuracy - mean confidence| of the bin that a sample's confidence,
    /// its largest softmax probability, falls into. Nil for a network that was not trained to give probabilities.
    public var ece: Double?
}

extension ClassReport {
    /// With more classes no run writes them down.
    static let mostClassesWritten = 1000
    private static let mostBytes = 1 << 26

    /// What a run wrote; nil where there is nothing, or something else.
    init?(contentsOf file: URL) {
        guard let data = try? FileHandle(forReadingFrom: file).read(upToCount: Self.mostBytes),
            let report = try? JSONDecoder().decode(Self.self, from: data),
            report.confusion.count == report.classes.count,
            report.confusion.allSatisfy({
                $0.count == report.classes.count && $0.allSatisfy { $0 >= 0 && $0 < 1 << 40 }
            })
        else { return nil }
        self = report
    }
}

/// Counts for a `ClassReport`.
struct ClassTally {
    /// With more classes there is no report: the counts are as many as their square.
    static let mostClasses = 4096
    private static let bins = 15

    private let count: Int
    private let isCalibrated: Bool
    private var confusion: [Int]
    private var binned = [(samples: Int, hits: Int, confidence: Double)](
        repeating: (0, 0, 0), count: ClassTally.bins)
    /// Of two classes: how far the second output is above the first, and whether the sample is of the second class.
    private var margins: [(margin: Float, isSecond: Bool)] = []

    /// - Parameter loss: Name of the loss that was minimised.
    init?(classes: Int, loss: String) {
        guard (1...Self.mostClasses).contains(classes) else { return nil }
        count = classes
        isCalibrated = loss == "cross-entropy"
        confusion = [Int](repeating: 0, count: classes * classes)
    }

    /// Adds the first `samples` samples of a batch.
    mutating func add(_ outputs: Panels, labels: AlignedBuffer<Int32>, samples: Int) {
        precondition(outputs.channels == count && samples <= labels.count, "outputs of other classes")
        for sample in 0..<samples {
            let label = Int(labels[sample])
            var best = 0
            for channel in 1..<max(count, 1) where outputs[sample, channel] > outputs[sample, best] { best = channel }
            confusion[label * count + best] += 1
            if count == 2 { margins.append((outputs[sample, 1] - outputs[sample, 0], label == 1)) }
            guard isCalibrated else { continue }
            let largest = Double(outputs[sample, best])
            var sum = 0.0
            for channel in 0..<count { sum += exp(Double(outputs[sample, channel]) - largest) }
            let confidence = 1 / sum
            // Bins are open at their lower end and closed at the upper.
            let bin = min(max(Int((confidence * Double(Self.bins)).rounded(.up)) - 1, 0), Self.bins - 1)
            binned[bin].samples += 1
            binned[bin].hits += best == label ? 1 : 0
            binned[bin].confidence += confidence
        }
    }

    /// - Parameter names: Of the classes; their numbers without.
    func report(names: [String]?) -> ClassReport {
        let rows = (0..<count).map { Array(confusion[$0 * count..<($0 + 1) * count]) }
        let classes = (0..<count).map { index in
            let samples = rows[index].reduce(0, +)
            let taken = rows.reduce(0) { $0 + $1[index] }
            let hits = rows[index][index]
            func share(_ part: Int, _ whole: Int) -> Double? { whole > 0 ? Double(part) / Double(whole) : nil }
            return ClassReport.Class(
                name: names?[index] ?? String(index), samples: samples, precision: share(hits, taken),
                recall: share(hits, samples), f1: share(2 * hits, samples + taken))
        }
        return ClassReport(classes: classes, confusion: rows, auc: areaUnderCurve, ece: calibrationError)
    }

    private var calibrationError: Double? {
        let samples = binned.reduce(0) { $0 + $1.samples }
        guard isCalibrated, samples > 0 else { return nil }
        return binned.reduce(0.0) { $0 + abs(Double($1.hits) - $1.confidence) } / Double(samples)
    }

    /// By ranks, of which equal margins share the mean (Mann and Whitney).
    private var areaUnderCurve: Double? {
        let seconds = margins.count { $0.isSecond }
        let firsts = margins.count - seconds
        guard seconds > 0, firsts > 0 else { return nil }
        let sorted = margins.sorted { $0.margin < $1.margin }
        var (ranks, start) = (0.0, 0)
        while start < sorted.count {
            var end = start + 1
            while end < sorted.count, sorted[end].margin == sorted[start].margin { end += 1 }
            let meanRank = Double(start + end + 1) / 2
            ranks += meanRank * Double(sorted[start..<end].count { $0.isSecond })
            start = end
        }
        return (ranks - Double(seconds) * Double(seconds + 1) / 2) / (Double(seconds) * Double(firsts))
    }
}
