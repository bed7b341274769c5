internal import SparseModels
internal import SparsePolicies

/// Options that the chosen parts do not look at. They are no errors, so that runs of several methods, models and optimisers
/// can be given the same options. Each part says beside itself what it reads.
extension TrainingConfiguration {
    /// Those that the chosen optimiser, schedule of the learning rate, or model does not read.
    /// - Parameter hasOwnModel: the model is a program's own.
    func unusedOptions(hasOwnModel: Bool) -> [UnusedOptions] {
        func unread(_ all: Set<String>, by reads: Set<String>) -> [String] {
            given { all.contains($0.name) && !reads.contains($0.name) }
        }
        let optimizers = OptimizerRegistry.entries.map { ($0.name, $0.reads) }
        let schedules = Self.learningRateSchedules.map { ($0.name, $0.reads) }
        let losses = Self.losses.map { ($0.name, $0.reads) }
        var found: [UnusedOptions?] = [
            ("optimizer", optimizer, optimizers), ("lr-schedule", learningRateSchedule, schedules),
            ("loss", loss, losses),
        ].map { (option: String, chosen: String, entries: [(name: String, reads: Set<String>)]) in
            let all = entries.reduce(into: Set()) { $0.formUnion($1.reads) }
            let reads = entries.first { $0.name == chosen }?.reads ?? []
            return UnusedOptions(unread(all, by: reads), "no effect with --\(option) \(chosen)")
        }
        let ofModels = ModelRegistry.entries.reduce(into: Set()) { $0.formUnion($1.reads) }
        let reads = hasOwnModel ? [] : ModelRegistry.entry(of: model)?.reads ?? []
        found.append(
            UnusedOptions(
                unread(ofModels, by: reads),
                hasOwnModel ? "no effect with a model of your own" : "no effect with --model \(model)"))
        return found.compactMap(\.self)
    }

    /// Those that the method, or the part of it that was chosen, does not look at. What says the same as the preset is none:
    /// a configuration may spell it out.
    func unusedOptions(of method: Method) -> [UnusedOptions] {
        guard let settings = try? method.settings(methodOptions) else { return [] }
        let (preset, softBound) = (method.preset, settings.softBound == true)
        let presetTexts = TrainingConfiguration(preset: preset)
        let parts = [
            Part("distribution", Catalog.distributions, settings.distribution, of: preset.distribution),
            Part("drop-schedule", Catalog.schedules, settings.dropSchedule, of: preset.dropSchedule),
            // A soft bound drops by sensitivity, whatever the rule.
            Part("drop-rule", Catalog.dropRules, softBound ? "sensitivity" : settings.dropRule, of: preset.dropRule),
            Part("grow-rule", Catalog.growRules, settings.growRule, of: preset.growRule),
        ]
        func given(where isUnread: (TrainingOption) -> Bool) -> [String] {
            self.given { isUnread($0) && (typed.names.contains($0.name) || $0.text(self) != $0.text(presetTexts)) }
        }
        /// Whether the method reads the density itself, as a start, an aim or a share.
        let readsDensity = settings.initialDensity != nil || softBound || method.hasForwardSet
        let ofMethod = given { option in
            if option.group != .method || parts.contains(where: { $0.decides(option.name) }) { return false }
            switch option.name {
            case "density": return false
            case "backward-density": return !method.hasForwardSet
            default:
                let isOfSome =
                    Self.ofPresets.contains(option.name) || parts.contains { $0.options.contains(option.name) }
                return isOfSome && option.text(presetTexts).isEmpty
            }
        }
        let ofParts = parts.map { part in
            UnusedOptions(
                given { option in
                    part.decides(option.name) && !part.read.contains(option.name)
                        && !(option.name == "density" && readsDensity)
                }, "no effect with --\(part.option) \(part.chosen)")
        }
        return
            ([UnusedOptions(ofMethod, "no effect with --algo \(method.name)")] + ofParts
            + [UnusedOptions(softBound ? given(where: { $0.name == "drop-rule" }) : [], "no effect with --soft-bound")])
            .compactMap(\.self)
    }

    /// Whether the parts that the settings choose read an option; true for one that depends on none of them.
    static func isRead(_ option: String, by settings: MethodOptions) -> Bool {
        [
            Part("distribution", Catalog.distributions, settings.distribution, of: settings.distribution),
            Part("drop-schedule", Catalog.schedules, settings.dropSchedule, of: settings.dropSchedule),
            Part("drop-rule", Catalog.dropRules, settings.dropRule, of: settings.dropRule),
            Part("grow-rule", Catalog.growRules, settings.growRule, of: settings.growRule),
        ].allSatisfy { !$0.decides(option) || $0.read.contains(option) }
    }

    /// What one of several exchangeable parts of a method reads.
    private struct Part {
        /// The option that chooses it, and the choice.
        let option: String
        let chosen: String
        /// Options that some of the parts read, and those that the chosen one does.
        let options: Set<String>
        let read: Set<String>
        /// Whether the method has such a part at all.
        private let isOfMethod: Bool

        init<Item>(_ option: String, _ catalog: Catalog<Item>, _ chosen: String?, of preset: String?) {
            self.option = option
            self.chosen = chosen ?? ""
            options = catalog.options
            read = catalog.entries.first { $0.name == chosen }?.reads ?? []
            isOfMethod = preset != nil
        }

        /// Whether it depends on the choice if the option has an effect.
        func decides(_ name: String) -> Bool { isOfMethod && options.contains(name) }
    }

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
