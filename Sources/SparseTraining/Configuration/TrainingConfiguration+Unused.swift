internal import SparseModels
internal import SparseParts
internal import SparsePolicies

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

/// Options that the chosen parts do not look at. They are no errors, so that runs of several methods, models and optimisers
/// can be given the same options. Each part says beside itself what it reads.
extension TrainingConfiguration {
    /// Those that the chosen optimiser, schedule of the learning rate, or model does not read.
    /// - Parameter hasOwnModel: the model is a program's own.
    func unusedOptions(hasOwnModel: Bool) -> [UnusedOptions] {
        let all = Options()
        let ofModel = unread(Parts.models, by: hasOwnModel ? nil : Parts.models.entry(of: self.model))
        return [
            unread(Parts.optimizers, all.optimizer), unread(Parts.learningRates, all.learningRateSchedule),
            unread(Parts.losses, all.loss),
            UnusedOptions(
                ofModel,
                hasOwnModel ? "no effect with a model of your own" : "no effect with --\(all.model.name) \(self.model)"),
        ].compactMap(\.self)
    }

    /// Options that some part of a kind reads, but not the chosen one.
    private func unread<Part>(_ parts: Registry<Part>, _ choice: Option<String>) -> UnusedOptions? {
        let name = settings[choice]
        return UnusedOptions(
            unread(parts, by: parts.entry(named: name)), "no effect with --\(choice.name) \(name)")
    }

    private func unread<Part>(_ parts: Registry<Part>, by chosen: Registry<Part>.Entry?) -> [String] {
        let (all, read) = (Set(parts.options.map(\.name)), Set(chosen?.options.map(\.name) ?? []))
        return given { all.contains($0.name) && !read.contains($0.name) }
    }

    /// Those that the method, or the part of it that was chosen, does not look at. What says the same as the preset is none:
    /// a configuration may spell it out.
    func unusedOptions(of method: Method) -> [UnusedOptions] {
        let (settings, readsDensity): (Settings, Bool)
        do throws(PolicyError) {
            settings = try method.settings(methodOptions)
            readsDensity = try method.readsDensity(methodOptions)
        } catch {
            // Names that nothing has are refused when the method is asked for its policy.
            return []
        }
        let all = Options()
        let overruled = method.overruled(settings)
        let parts = Self.parts(overruled?.settings.over(settings) ?? settings, of: method.preset)
        func given(where isUnread: (any DeclaredOption) -> Bool) -> [String] {
            self.given { option in
                isUnread(option)
                    && (typed.names.contains(option.name) || option.text(self) != option.text(in: method.preset))
            }
        }
        let read = Set(method.options.map(\.name))
        let ofMethods = parts.reduce(into: Set(Parts.methods.options.map(\.name))) { $0.formUnion($1.options) }
        let ofMethod = given { option in
            option.group == .method && option.name != all.density.name && ofMethods.contains(option.name)
                && !read.contains(option.name) && !parts.contains { $0.decides(option.name) }
        }
        let ofParts = parts.map { part in
            UnusedOptions(
                given { option in
                    part.decides(option.name) && !part.read.contains(option.name)
                        && !(option.name == all.density.name && readsDensity)
                }, "no effect with --\(part.option) \(part.chosen)")
        }
        let ofOverruled = overruled.map { overruled in
            UnusedOptions(given { overruled.settings.has($0) }, "no effect with --\(overruled.by.name)")
        }
        return
            ([UnusedOptions(ofMethod, "no effect with --\(all.method.name) \(method.name)")] + ofParts
            + [ofOverruled ?? nil]).compactMap(\.self)
    }

    /// Whether the parts that the settings choose read an option; true for one that depends on none of them.
    static func isRead(_ option: String, by settings: Settings) -> Bool {
        parts(settings, of: settings).allSatisfy { !$0.decides(option) || $0.read.contains(option) }
    }

    /// Whether the method has the parts that look at an option, and they are chosen; true for one that no such part looks at.
    static func isChosen(_ option: String, by settings: Settings) -> Bool {
        parts(settings, of: settings).allSatisfy { !$0.options.contains(option) || $0.read.contains(option) }
    }

    /// The exchangeable parts of a method with this preset.
    private static func parts(_ settings: Settings, of preset: Settings) -> [MethodPart] {
        let all = Options()
        return [
            MethodPart(all.distribution, Parts.distributions, settings, of: preset),
            MethodPart(all.dropSchedule, Parts.dropSchedules, settings, of: preset),
            MethodPart(all.dropRule, Parts.dropRules, settings, of: preset),
            MethodPart(all.growRule, Parts.growRules, settings, of: preset),
        ]
    }

    /// What one of several exchangeable parts of a method reads.
    private struct MethodPart {
        /// The option that chooses it, and the choice.
        let option: String
        let chosen: String
        /// Options that some of the parts read, and those that the chosen one does.
        let options: Set<String>
        let read: Set<String>
        /// Whether the method has such a part at all.
        private let isOfMethod: Bool

        init<Part>(_ choice: Option<String?>, _ parts: Registry<Part>, _ settings: Settings, of preset: Settings) {
            option = choice.name
            chosen = settings[choice] ?? ""
            options = Set(parts.options.map(\.name))
            read = Set(parts.entry(named: chosen)?.options.map(\.name) ?? [])
            isOfMethod = preset.has(choice)
        }

        /// Whether it depends on the choice if the option has an effect.
        func decides(_ name: String) -> Bool { isOfMethod && options.contains(name) }
    }
}
