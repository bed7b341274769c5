public import SparseParts

/// Time between two topology updates (delta-T).
public enum UpdatePeriod: Sendable, Equatable, CustomStringConvertible {
    /// So many weight updates.
    case steps(Int)
    /// So many passes over the training samples.
    case epochs(Int)

    public var description: String {
        switch self {
        case .steps(let count): "\(count)"
        case .epochs(1): "epoch"
        case .epochs(let count): "\(count)epochs"
        }
    }

    /// The same in steps, as far as integers reach.
    public func steps(in run: RunLength) -> Int {
        switch self {
        case .steps(let count): return count
        case .epochs(let count):
            let (steps, overflow) = count.multipliedReportingOverflow(by: run.stepsPerEpoch)
            return overflow ? Int.max : steps
        }
    }
}

/// In JSON as it is typed: 100, "epoch", "5epochs".
extension UpdatePeriod: Codable {
    /// As earlier releases wrote it: {"steps":{"_0":100}}.
    private struct Nested: Codable {
        struct Count: Codable { var _0: Int }
        var steps: Count?
        var epochs: Count?
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let count = try? container.decode(Int.self) {
            self = .steps(count)
        } else if let text = try? container.decode(String.self), let period = UpdatePeriod(optionText: text) {
            self = period
        } else {
            let nested = try container.decode(Nested.self)
            if let count = nested.steps?._0 {
                self = .steps(count)
            } else if let count = nested.epochs?._0 {
                self = .epochs(count)
            } else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no period")
            }
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if case .steps(let count) = self { try container.encode(count) } else { try container.encode(description) }
    }
}

/// How long a training is, for everything that is placed relative to its end.
public struct RunLength: Sendable, Equatable {
    /// Weight updates of the whole training.
    public let steps: Int
    /// Weight updates of one epoch.
    public let stepsPerEpoch: Int

    /// A run of so many weight updates.
    public init(steps: Int, stepsPerEpoch: Int) {
        precondition(steps > 0 && stepsPerEpoch > 0, "a training has at least one step")
        self.steps = steps
        self.stepsPerEpoch = stepsPerEpoch
    }
}

extension UpdatePeriod: OptionValue {
    /// Reads `100` (steps), `epoch`, or `5epochs`.
    public init?(optionText text: String) {
        if text == "epoch" {
            self = .epochs(1)
        } else if text.hasSuffix("epochs"), let count = Int(text.dropLast(6)), count > 0 {
            self = .epochs(count)
        } else if let count = Int(text), count > 0 {
            self = .steps(count)
        } else {
            return nil
        }
    }

    public var optionText: String { description }
}

extension OptionRule<UpdatePeriod> {
    /// A period of at least 1 step or epoch.
    public static let updatePeriod = OptionRule(
        text: "a number of steps, epoch, or for example 5epochs; at most 1000000000"
    ) {
        switch $0 {
        case .steps(let count), .epochs(let count): OptionRule<Int>.count.holds(count)
        }
    }
}

extension Options {
    /// Time from one topology update to the next: weight updates (`100`) or epochs (`epoch`, `5epochs`).
    public var deltaT: Option<UpdatePeriod?> {
        .ofMethod(
            "delta-t", "STEPS", .updatePeriod, inWords: "the method's, shorter in short runs",
            "weight updates between two topology updates, or epoch, 5epochs")
    }
}
