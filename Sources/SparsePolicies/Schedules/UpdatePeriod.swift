/// Time between two topology updates (delta-T).
public enum UpdatePeriod: Sendable, Equatable, Codable, CustomStringConvertible {
    case steps(Int)
    case epochs(Int)

    /// Reads `100` (steps), `epoch`, or `5epochs`.
    public init(_ text: String) throws(PolicyError) {
        if text == "epoch" {
            self = .epochs(1)
        } else if text.hasSuffix("epochs"), let count = Int(text.dropLast(6)), count > 0 {
            self = .epochs(count)
        } else if let count = Int(text), count > 0 {
            self = .steps(count)
        } else {
            throw .invalidOption(
                name: "delta-t", value: "'\(text)'", expected: "a number of steps, 'epoch', or for example '5epochs'")
        }
    }

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

/// How long a training is, for everything that is placed relative to its end.
public struct RunLength: Sendable, Equatable {
    /// Weight updates of the whole training.
    public let steps: Int
    /// Weight updates of one epoch.
    public let stepsPerEpoch: Int

    public init(steps: Int, stepsPerEpoch: Int) {
        precondition(steps > 0 && stepsPerEpoch > 0, "a training has at least one step")
        self.steps = steps
        self.stepsPerEpoch = stepsPerEpoch
    }
}
