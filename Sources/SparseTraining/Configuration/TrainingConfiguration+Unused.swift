internal import SparsePolicies

extension TrainingConfiguration {
    /// Names of the options that are set although the method does not look at them. They are no error, so that runs of
    /// several methods can be given the same options.
    func unusedOptions(of method: Method) -> [String] {
        guard let settings = try? method.settings(methodOptions) else { return [] }
        let preset = TrainingConfiguration(preset: method.preset)
        return TrainingOption.all.filter { option in
            guard option.group == .method, !option.text(self).isEmpty else { return false }
            if let isUsed = Self.usedByPart[option.name] { return !isUsed(settings) }
            return Self.ofPresets.contains(option.name) && option.text(preset).isEmpty
        }.map(\.name)
    }

    /// Options that belong to one of several parts that can be chosen, and whether that part is.
    static let usedByPart: [String: @Sendable (MethodOptions) -> Bool] = [
        "erk-power": { ["er", "erk"].contains($0.distribution) },
        "drop-power": { $0.dropSchedule == "power" },
        "drop-lambda": { $0.dropRule == "sensitivity" },
        "grow-momentum": { $0.growRule == "momentum" },
        "grow-window": { $0.growRule == "momentum" },
    ]

    /// Options that some method's preset sets: a method whose preset leaves one out has no use for it.
    private static let ofPresets: Set<String> = {
        let presets = Catalog<Method>.methods.entries.map { TrainingConfiguration(preset: $0.item.preset) }
        let none = TrainingConfiguration()
        return Set(
            TrainingOption.all.filter { option in
                option.text(none).isEmpty && presets.contains { !option.text($0).isEmpty }
            }.map(\.name))
    }()
}
