public import SparseParts
internal import SparseStore

/// How a network reads tokens in a row: in windows of one length. The tokens of a window are lanes next to each other, padded to
/// whole panels.
public struct SequenceShape: Sendable, Equatable {
    /// Tokens of a window: the context.
    public let length: Int
    /// Where the windows of training begin.
    public let windows: WindowOrder

    /// Windows of so many tokens, at least one.
    public init(length: Int, windows: WindowOrder = .random) {
        precondition(length > 0, "a window has tokens")
        (self.length, self.windows) = (length, windows)
    }

    /// Panels that a window takes in a batch.
    package var panels: Int { Panels.count(length) }
    /// Lanes that a window takes in a batch, those past its tokens included.
    package var lanes: Int { panels * Panels.lanes }
}

/// Where the windows begin that a network is trained on.
public enum WindowOrder: String, OptionChoice {
    /// Anywhere, each place as likely as another.
    case random
    /// Where the one before ends; an epoch has all of them, in their order.
    case inOrder = "in-order"
}

extension Options {
    /// Where the windows begin that a network is trained on.
    public var windows: Option<WindowOrder> {
        Option(
            "windows", .data, "ORDER", .choice, default: .random, carryOver: .refused,
            "of a text: where training windows begin, anywhere or one after the other")
    }
}
