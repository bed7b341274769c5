internal import Foundation
internal import SparseParts
internal import SparseStore

/// Values of an option that are drawn: a range of numbers, or some values to choose from. A draw follows from the option and its
/// own number alone: more draws, or other options beside it, leave it as it was.
package struct SweepRange: Sendable, Equatable {
    /// How numbers lie between the ends.
    package enum Scale: String, Sendable, CaseIterable {
        /// All as likely.
        case linear
        /// All orders of magnitude as likely.
        case log
    }

    /// What is drawn from.
    package enum Content: Sendable, Equatable {
        case choices([String])
        case numbers(from: Double, to: Double, Scale)
        /// Whole numbers, both ends included.
        case integers(from: Int, to: Int, Scale)
    }

    let option: String
    let content: Content

    /// - Throws: `ConfigurationError` for a name or a value that is none, and for ends in the wrong order.
    package init(_ option: String, _ content: Content) throws(ConfigurationError) {
        self.option = try SweepOption.name(of: option)
        self.content = content
        func refuse(_ reason: String) -> ConfigurationError { .rejected(reason: "random \(option): \(reason)") }
        switch content {
        case .choices(let values):
            if values.isEmpty { throw refuse("no values to choose from") }
            for value in values { try SweepOption.check(self.option, value) }
        case .numbers(let from, let to, let scale):
            guard from.isFinite, to.isFinite, from < to else { throw refuse("\"from\" must be below \"to\"") }
            if scale == .log && from <= 0 { throw refuse("a range of scale log must begin above 0") }
        case .integers(let from, let to, let scale):
            guard from < to else { throw refuse("\"from\" must be below \"to\"") }
            if scale == .log && from <= 0 { throw refuse("a range of scale log must begin above 0") }
        }
        if case .choices = content { return }
        // Both ends are values of the option.
        for share in [0, 1 - 0x1p-53] { try SweepOption.check(self.option, value(at: share)) }
    }

    /// The value of draw number `draw`, from 0.
    func value(ofDraw draw: Int) -> String {
        var random = CounterRandom(seed: Self.hash(option), purpose: .sweep, step: draw)
        return value(at: random.nextUnit())
    }

    /// The value at a share, from 0 to below 1, of the range.
    private func value(at share: Double) -> String {
        switch content {
        case .choices(let values): values[min(Int(share * Double(values.count)), values.count - 1)]
        case .numbers(let from, let to, .linear): Self.rounded(from + share * (to - from))
        case .numbers(let from, let to, .log): Self.rounded(from * pow(to / from, share))
        case .integers(let from, let to, .linear):
            "\(min(from + Int(share * (Double(to) - Double(from) + 1)), to))"
        case .integers(let from, let to, .log):
            "\(min(max(Int(Double(from) * pow((Double(to) + 1) / Double(from), share)), from), to))"
        }
    }

    /// Four digits: as many as anybody types.
    private static func rounded(_ number: Double) -> String {
        (Double(String(format: "%.4g", number)) ?? number).optionText
    }

    /// FNV-1a of the name (Fowler, Noll, Vo): the same in every process.
    private static func hash(_ text: String) -> UInt64 {
        text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
