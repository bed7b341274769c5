/// Names of options that were typed.
struct TypedOptions: Sendable, Equatable {
    var names: Set<String> = []

    static func == (a: Self, b: Self) -> Bool { true }
}

extension TrainingConfiguration {
    /// Whether somebody asked for the option: typed it, or set it to something other than its default. A flag that is off
    /// where it could be left out asks for nothing.
    func isGiven(_ option: TrainingOption) -> Bool {
        if !option.isRecorded { return false }
        if typed.names.contains(option.name) { return true }
        let (text, initial) = (option.text(self), option.text(TrainingConfiguration()))
        return text != initial && !(option.isFlag && initial.isEmpty && text == "false")
    }

    /// The same by name.
    func isGiven(_ name: String) -> Bool { TrainingOption.all.contains { $0.name == name && isGiven($0) } }

    /// Names of the options asked for, in the order of the table.
    func given(where isWanted: (TrainingOption) -> Bool) -> [String] {
        TrainingOption.all.filter { isWanted($0) && isGiven($0) }.map(\.name)
    }
}
