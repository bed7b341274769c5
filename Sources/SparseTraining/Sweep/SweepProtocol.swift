internal import SparseParts

/// A published way to compare, as a grid.
package struct SweepProtocol: Sendable {
    /// Values of options, as words of the command line.
    let axes: [SweepAxis]

    /// The grid; what is said elsewhere of one of its options takes its place.
    package func grid() throws(ConfigurationError) -> SweepGrid {
        var grid = SweepGrid()
        for axis in axes { try grid.vary(axis.option, over: axis.values) }
        return grid
    }
}

extension Parts {
    /// The protocols known by name: a new one is an extension of `SweepProtocol` in a file beside this, and a line here.
    package static let sweepProtocols = Registry<SweepProtocol>(
        "protocol",
        [
            .init("blalock2020", SweepProtocol.blalock2020Summary, .blalock2020)
        ])
}
