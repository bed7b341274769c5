extension SweepProtocol {
    static let blalock2020Summary =
        "ratios 2 to 32 of all parameters, three seeds, dense, small dense, static, SET and RigL"

    /// Blalock, Gonzalez Ortiz, Frankle, Guttag, "What is the state of neural network pruning?", MLSys 2020: compression ratios
    /// 2, 4, 8, 16 and 32 (all parameters over those left, biases and normalisation included) beside the network that was not
    /// made smaller, random and dense baselines, the same three seeds for all.
    static let blalock2020 = SweepProtocol(axes: [
        SweepAxis(option: "algo", values: ["dense", SweepOption.smallDense, "static", "set", "rigl"]),
        SweepAxis(option: SweepOption.ratio, values: ["2", "4", "8", "16", "32"]),
        SweepAxis(option: "seed", values: ["0", "1", "2"]),
    ])
}
