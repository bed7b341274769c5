/// Options that were given and change nothing, and why: one warning.
struct UnusedOptions: Sendable, Equatable {
    var options: [String]
    /// Goes on after the names: "no effect with --algo static".
    var reason: String

    /// Nil when there are none.
    init?(_ options: [String], _ reason: String) {
        if options.isEmpty { return nil }
        (self.options, self.reason) = (options, reason)
    }
}
