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
}
