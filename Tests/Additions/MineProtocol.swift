extension SweepProtocol {
    /// A method at two densities.
    static let mine = SweepProtocol(axes: [
        SweepAxis(option: "algo", values: ["static"]),
        SweepAxis(option: "density", values: ["0.3", "0.2"]),
    ])
}
