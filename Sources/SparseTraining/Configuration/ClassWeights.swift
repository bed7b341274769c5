internal import SparseData
public import SparseParts

extension Options {
    /// What the loss of each class's samples is multiplied by: "balanced", or NAME=W for some classes. Nil: 1.
    public var classWeight: Option<String?> {
        Option(
            "class-weight", .optimisation, "W", .text("balanced, or NAME=W with commas between"), inWords: "1 for each",
            "weights of the classes in the loss: balanced, or NAME=W,NAME=W"
        ).withCommas()
    }

    /// Whether target numbers are standardised. Nil: if loss and metrics are such that know of it.
    public var targetScaling: Option<TargetScalingChoice?> {
        Option(
            "target-scaling", .data, "NAME", .choice, inWords: "standardize", carryOver: .refused,
            "of --task numbers: standardize (by training data; outputs are turned back) or none")
    }
}

/// What is done to target numbers before a network learns to find them.
public enum TargetScalingChoice: String, OptionChoice {
    /// Mean and deviation of the training samples are taken out.
    case standardize
    /// They are left as they are.
    case none
}

extension TrainingConfiguration {
    /// The weight of each class, in the order of the classes; nil: all are 1. "balanced" is samples / (classes x the class's samples),
    /// as scikit-learn has it.
    /// - Throws: `ConfigurationError` for a class that there is none of, or a weight that is no number above 0.
    func classWeights(of samples: Subset) throws(ConfigurationError) -> [Float]? {
        guard let text = self.classWeight else { return nil }
        let name = Options().classWeight.name
        guard case .classes(let classes) = samples.dataset.targets else {
            throw .rejected(reason: "--\(name): the samples have no classes")
        }
        if text == "balanced" {
            var counts = Array(repeating: 0, count: classes)
            for sample in samples.samples { counts[samples.dataset.label(of: sample)] += 1 }
            // A class without samples has none to weigh.
            return counts.map { $0 == 0 ? 1 : Float(Double(samples.count) / (Double(classes) * Double($0))) }
        }
        let names = samples.dataset.classNames ?? (0..<classes).map(String.init)
        var weights = Array(repeating: Float(1), count: classes)
        // A name may have commas or equal signs in it: pieces are joined until one of the names is there.
        var (pending, weighed): (String?, Set<Int>) = (nil, [])
        for piece in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = pending.map { $0 + "," + piece } ?? String(piece)
            pending = words
            guard let sign = words.lastIndex(of: "="), let index = names.firstIndex(of: String(words[..<sign])) else {
                continue
            }
            guard let weight = Double(optionText: String(words[words.index(after: sign)...])), weight > 0,
                weight <= 1e6, weight >= 1e-6
            else {
                throw .invalidValue(option: name, value: words, expected: "a number from 1e-6 to 1e6 after the class")
            }
            guard weighed.insert(index).inserted else {
                throw .invalidValue(option: name, value: text, expected: "each class once")
            }
            weights[index] = Float(weight)
            pending = nil
        }
        if let pending {
            throw .invalidValue(
                option: name, value: pending,
                expected: "balanced, or CLASS=W with one of the classes " + names.prefix(20).joined(separator: ", ")
                    + (names.count > 20 ? ", ..." : ""))
        }
        return weights
    }
}
