internal import Foundation
internal import SparseParts

/// One run of a sweep, as it was planned.
package struct SweepRun: Sendable {
    /// Name of its folder: letters, digits, points, lines.
    package fileprivate(set) var name = ""
    /// What was said of it: option and value, "ratio" and `SweepOption.smallDense` among them. What its method does not look at
    /// is left out.
    package let options: [String: String]
    /// What is trained.
    package var configuration: TrainingConfiguration
    /// The model that it is compared with; its own but for a small dense network.
    let reference: String
    /// What it needs and what it is compared with; nil where it cannot be run.
    package var need: SweepNeed?
    /// Why it cannot be run.
    package var fault: String?

    init(
        options: [String: String], configuration: TrainingConfiguration, reference: String, need: SweepNeed? = nil,
        fault: String? = nil
    ) {
        self.options = options
        self.configuration = configuration
        self.reference = reference
        self.need = need
        self.fault = fault
    }

    /// The word for its method.
    package var method: String { options[Options().method.name] ?? configuration.method }
    /// The compression ratio asked for; nil where a density was.
    package var ratio: Double? { options[SweepOption.ratio].flatMap { Double($0) } }
    /// Whether it is one that others are compared with, whose end is never hopeless.
    var isBaseline: Bool { configuration.method == SweepOption.dense }
    /// Data and model, for tables and charts.
    package var pair: String {
        "\(URL(filePath: configuration.data).lastPathComponent), \(reference)"
    }

    /// What decides its result, threads and the like left out.
    var decides: Settings { configuration.settings.filter { $0.carryOver != .free } }
}

/// Names of runs: as few of the options in which they differ as tell them apart.
extension [SweepRun] {
    mutating func giveNames() {
        let all = Options()
        func value(_ name: String, of run: SweepRun) -> String? {
            switch name {
            case all.data.name: run.configuration.data
            case all.model.name: run.reference
            case all.method.name: run.method
            default: run.options[name]
            }
        }
        let names = Set(flatMap(\.options.keys) + [all.data.name, all.model.name, all.method.name])
        var labels = [[String]](repeating: [], count: count)
        for name in names.sorted(by: { (SweepOption.rank(of: $0), $0) < (SweepOption.rank(of: $1), $1) }) {
            let longer = zip(labels, self).map { label, run in
                label + [value(name, of: run).map { Self.word(name, $0) }].compactMap(\.self)
            }
            if Set(longer).count > Set(labels).count { labels = longer }
        }
        var taken: Set<String> = []
        for index in indices {
            let label = labels[index].isEmpty ? "run" : labels[index].joined(separator: "-")
            var name = String(label.prefix(100))
            var number = 1
            // File systems may take A and a for the same.
            while !taken.insert(name.lowercased()).inserted {
                number += 1
                name = "\(label.prefix(100))-\(number)"
            }
            self[index].name = name
        }
    }

    /// Gives runs that were planned before the names that they had.
    mutating func takeNames(from earlier: [String: Settings]) {
        let planned = earlier.sorted { $0.key < $1.key }
        var taken = Set(earlier.keys.map { $0.lowercased() })
        for index in indices {
            let decides = self[index].decides
            if let name = planned.first(where: { $0.value == decides })?.key {
                self[index].name = name
            } else {
                let label = self[index].name
                var number = 1
                while !taken.insert(self[index].name.lowercased()).inserted {
                    number += 1
                    self[index].name = "\(label)-\(number)"
                }
            }
        }
    }

    /// A value as a part of a file's name.
    private static func word(_ option: String, _ value: String) -> String {
        let all = Options()
        let text =
            switch option {
            case all.data.name: URL(filePath: value).lastPathComponent
            case all.model.name, all.method.name: value
            default: option + value
            }
        return String(text.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "_" })
    }
}
