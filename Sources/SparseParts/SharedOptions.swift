/// Options that parts of more than one room look at; all others are declared beside their part.
extension Options {
    /// Whether a step takes weight decay x weight off whatever the learning rate; of sgd only. Nil: as the variant of the
    /// method has it, else false.
    public var decaysPerStep: Option<Bool?> {
        Option(
            "decay-per-step", .optimisation, "", .flag, inWords: "with --compat set2018",
            "weight decay of sgd is not multiplied by the learning rate"
        ).filledIn { _ in false }
    }

    /// Tokens that a network reads of a text at once: the length of a window, which the data are cut into and positions are
    /// counted in.
    public var context: Option<Int> {
        Option(
            "context", .data, "TOKENS", .count, default: 64, carryOver: .refused,
            "of a text: tokens of a window, which are read at once")
    }
}
