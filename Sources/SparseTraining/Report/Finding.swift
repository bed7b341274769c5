/// Something that a series of runs does or does not show.
public struct Finding: Sendable, Equatable {
    /// What is asked.
    public var title: String
    /// Whether the runs show it.
    public var isMet: Bool
    /// What was found.
    public var detail: String

    /// What is asked, whether the runs show it, and what was found.
    public init(title: String, isMet: Bool, detail: String) {
        (self.title, self.isMet, self.detail) = (title, isMet, detail)
    }
}
