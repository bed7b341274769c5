extension Options {
    /// Share of a layer's weights that an update of `mine` leaves alone.
    public var warmth: Option<Double?> {
        .ofMethod("warmth", "F", .fraction, "share of a layer's weights that an update leaves alone")
    }
}
